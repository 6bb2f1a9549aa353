// The link that holds a rule: everything lies behind the "#", which browsers send to no server.

export interface Shared {
  readonly file: string;
  readonly platform: string;
  readonly text: string;
}

const MOST = 200_000; // characters of a text: more is no rule, and a short link can stand for any number

/** The fragment of a link, without the "#". */
export async function toFragment(shared: Shared): Promise<string> {
  const packed = new Blob([JSON.stringify(shared)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `1.${btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** What a fragment holds; undefined where it is empty, broken, too long, or from a later version. */
export async function fromFragment(fragment: string): Promise<Shared | undefined> {
  if (!fragment.startsWith("1.")) {
    return undefined;
  }
  try {
    const letters = atob(fragment.slice(2).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const text = await inflated(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
    const found: unknown = text === undefined ? undefined : JSON.parse(text);
    return isShared(found) && found.text.length <= MOST ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a stream; undefined where it is too long, without reading on. */
async function inflated(stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = stream.getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return text + decoder.decode();
    }
    text += decoder.decode(value, { stream: true });
    if (text.length > 2 * MOST + 1000) {
      await reader.cancel();
      return undefined;
    }
  }
}

function isShared(found: unknown): found is Shared {
  const parts = found as Partial<Record<keyof Shared, unknown>> | null | undefined;
  return typeof parts?.file === "string" && typeof parts.platform === "string" && typeof parts.text === "string";
}
