/**
 * Why clients do what they should not, and how to mend it.
 *
 * @module
 */
