"""Right: all clients at once, with asyncio."""
import asyncio
import sys


async def echo(reader, writer):
    try:
        while data := await reader.read(100):
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    except OSError:
        writer.close()


async def main(port):
    server = await asyncio.start_server(echo, "0.0.0.0", port)
    print(f"Serving on {port}", flush=True)
    async with server:
        await server.serve_forever()


try:
    port = int(sys.argv[1])
    if not 1 <= port <= 65535:
        raise ValueError(port)
except (IndexError, ValueError):
    sys.exit(f"Usage: {sys.argv[0]} <port>")
asyncio.run(main(port))
