/**
 * What a script adds to a page: going through a picture step by step, and slides. Everything can
 * be read without it.
 *
 * @module
 */

/** The script of every page. */
export const SCRIPT = `
const root = document.documentElement;
const say = document.body.dataset;
const make = (name, text, onclick) =>
  Object.assign(document.createElement(name), { textContent: text, onclick });

// --- Pictures, from empty to full -------------------------------------------------------------
/** Of every picture: how many steps it has, how many are shown, and what shows so many. */
const pictures = new Map();
for (const figure of document.querySelectorAll("figure")) {
  const steps = [...figure.querySelectorAll("g.step")];
  const place = make("output");
  const picture = {
    all: steps.length,
    shown: steps.length,
    show(n) {
      picture.shown = n;
      steps.forEach((step, i) => step.classList.toggle("later", i >= n));
      place.textContent = n + " / " + steps.length;
      // The table beside it would give the end away.
      figure.closest("article").classList.toggle("stepping", n < steps.length);
    },
    last: () => steps[picture.shown - 1],
    // Behind the last step it is empty again, so no button ever loses the focus.
    move: (by) => picture.show((picture.shown + by + steps.length + 1) % (steps.length + 1)),
  };
  pictures.set(figure, picture);
  const bar = make("div");
  bar.className = "steps";
  bar.append(
    make("button", "\\u2190 " + say.previous, () => picture.move(-1)),
    make("button", say.following + " \\u2192", () => picture.move(1)),
    place,
  );
  figure.append(bar);
  figure.tabIndex = 0;
  figure.setAttribute("aria-label", figure.querySelector("title").textContent);
  figure.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || isSlides() || hasModifier(event)) return;
    picture.move(by);
    event.preventDefault();
  });
  picture.show(steps.length);
}

// --- Slides -----------------------------------------------------------------------------------
/** Where the text of a picture needs a slide of its own, the picture has two. */
const slides = [...document.querySelectorAll(".slide")].flatMap((element) =>
  element.classList.contains("apart")
    ? [{ element, isText: false }, { element, isText: true }]
    : [{ element, isText: false }]
);
let at = 0;
const isSlides = () => root.classList.contains("slides");
const hasModifier = ({ ctrlKey, metaKey, altKey }) => ctrlKey || metaKey || altKey;
const pictureOf = ({ element, isText }) => isText ? undefined : pictures.get(element.querySelector("figure"));
const place = make("output");

function showSlide(n, isFull) {
  at = Math.max(0, Math.min(slides.length - 1, n));
  const { element, isText } = slides[at];
  for (const { element } of slides) element.classList.remove("current", "telling", "tabled");
  element.classList.add("current");
  element.classList.toggle("telling", isText);
  const picture = pictureOf(slides[at]);
  picture?.show(isFull ? picture.all : 0);
  place.textContent = (at + 1) + " / " + slides.length;
}

function forth() {
  const picture = pictureOf(slides[at]);
  if (picture && picture.shown < picture.all) picture.show(picture.shown + 1);
  else if (at < slides.length - 1) showSlide(at + 1, false);
  // Of a picture that is higher than the slide, what is new is to be seen.
  picture?.last()?.scrollIntoView({ block: "nearest" });
}

function back() {
  const picture = pictureOf(slides[at]);
  if (picture && picture.shown > 0) picture.show(picture.shown - 1);
  else if (at > 0) showSlide(at - 1, true);
}

function toTable() {
  if (slides[at].element.querySelector("figure")) slides[at].element.classList.toggle("tabled");
}

function begin() {
  // Where the reader is.
  const n = slides.findIndex(({ element }) => element.getBoundingClientRect().bottom > 60);
  root.classList.add("slides");
  showSlide(n, false);
}

function leave() {
  const { element } = slides[at];
  root.classList.remove("slides");
  for (const picture of pictures.values()) picture.show(picture.all);
  for (const { element } of slides) element.classList.remove("current", "telling", "tabled");
  element.scrollIntoView();
}

const KEYS = {
  ArrowRight: forth, PageDown: forth, " ": forth,
  ArrowLeft: back, PageUp: back,
  ArrowDown: () => showSlide(at + 1, false),
  ArrowUp: () => showSlide(at - 1, false),
  Home: () => showSlide(0, false),
  End: () => showSlide(slides.length - 1, true),
  t: toTable,
  Escape: leave, s: leave,
};
document.addEventListener("keydown", (event) => {
  if (hasModifier(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!isSlides()) {
    if (key === "s") begin();
    return;
  }
  // A button that has the focus is pressed by the space bar.
  if (key === " " && event.target.tagName === "BUTTON") return;
  if (!Object.hasOwn(KEYS, key)) return;
  KEYS[key]();
  event.preventDefault();
});
const remote = make("div");
remote.className = "remote";
remote.append(
  make("button", "\\u2190 " + say.previous, back),
  make("button", say.following + " \\u2192", forth),
  place,
  make("button", say.tables + " (T)", toTable),
  make("button", say.leave + " (Esc)", leave),
);
document.body.append(remote);
const start = make("button", say.slides + " (S)", begin);
start.className = "start";
document.querySelector("header .made").append(start);
if ("begin" in say) begin();
`;
