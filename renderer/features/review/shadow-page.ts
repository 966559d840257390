/**
 * Shows a self-contained page inside an element, with its own style and nothing of ours. The page comes from the main side; scripts in it would not
 * run, and its style is taken over as a sheet, which the content policy allows where it forbids inline style.
 */
export function showPage(host: HTMLElement, html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([...page.querySelectorAll("style")].map((style) => style.textContent).join("\n"));
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren(...[...page.body.children].map((child) => document.importNode(child, true)));
}
