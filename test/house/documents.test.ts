import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

function documents(): string[] {
  const pages = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.split(path.sep).join("/")}`);
  return ["README.md", "CHANGELOG.md", ...pages];
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

describe.each(documents())("%s", (document) => {
  const text = readFileSync(path.join(root, document), "utf8");

  it("links to pages that are there", () => {
    const targets = matches(text, /\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g);
    const lost = targets.filter((target) => !existsSync(path.join(root, path.dirname(document), target)));
    expect(lost).toEqual([]);
  });

  it("names files that are there", () => {
    // Names in capitals stand for any: 0030-WHAT.ts
    const named = matches(text, /`((?:main|db|preload|renderer|test|build|docs)\/[\w./-]*)`/g);
    const lost = named.filter((file) => !/[A-Z]{4}/.test(file) && !existsSync(path.join(root, file)));
    expect(lost).toEqual([]);
  });

  it("names scripts that are there", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const lost = matches(text, /npm run (?:-s )?([\w:-]+)/g).filter((script) => !Object.hasOwn(scripts, script));
    expect(lost).toEqual([]);
  });
});
