/** Text that is already markup. Plain strings are escaped wherever they enter a page. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | null | readonly Content[];

/** Attributes by name; null leaves one out. */
export type Attributes = Readonly<Record<string, string | number | null>>;

/** An element with its content; nothing that came from a session can become markup. */
export function tag(name: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escape(String(value))}"`)
    .join("");
  return { markup: `<${name}${written}>${content.map(render).join("")}</${name}>` };
}

export function render(content: Content): string {
  if (content === null) return "";
  if (typeof content === "string" || typeof content === "number") return escape(String(content));
  if (isList(content)) return content.map(render).join("");
  return content.markup;
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
