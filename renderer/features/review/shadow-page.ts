/**
 * Shows a self-contained page inside an element, with its own style and nothing of ours. The page comes from the main side; scripts in it would not
 * run, and its style is taken over as a sheet, which the content policy allows where it forbids inline style.
 */
export function showPage(host: HTMLElement, html: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(between(html, "<style>", "</style>"));
  // The body alone: a style element would be refused by the policy even in a document that is never shown
  const page = new DOMParser().parseFromString(between(html, "<body>", "</body>"), "text/html");
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(...[...page.body.children].map((child) => document.importNode(child, true)));
}

/** The text from the first opening to the last closing mark; empty where either is missing. */
function between(text: string, opening: string, closing: string): string {
  const start = text.indexOf(opening);
  const end = text.lastIndexOf(closing);
  return start < 0 || end < 0 ? "" : text.slice(start + opening.length, end);
}
