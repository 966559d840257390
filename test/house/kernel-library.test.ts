import { describe, expect, it } from "vitest";
import { withoutImpurities } from "../../build/kernel-library.ts";

const declaresClock = `/** Enables basic storage and retrieval of dates and times. */
interface Date {
    getTime(): number;
    toString(): string;
}
interface DateConstructor {
    new (): Date;
}
declare var Date: DateConstructor;
`;

describe("the kernel's library", () => {
  it.each([
    ["the clock", declaresClock],
    ["promises", "interface Promise<T> {\n    then(): void;\n}\ninterface PromiseLike<T> {\n    then(): void;\n}\n"],
    [
      "locales",
      "declare namespace Intl {\n    interface Collator {\n        compare(): number;\n    }\n    var Collator: string;\n}\n",
    ],
    ["code from strings", "declare function eval(x: string): any;\ndeclare var Function: FunctionConstructor;\n"],
    ["references to other libraries", '/// <reference lib="es2015.promise" />\n'],
  ])("leaves out %s", (_what, text) => {
    expect(withoutImpurities(text)).toBe("");
  });

  it("leaves out single members and keeps their neighbours", () => {
    const text =
      "interface Math {\n    pow(x: number, y: number): number;\n    /** 0 to 1. */\n    random(): number;\n    tanh(x: number): number;\n}\n";
    expect(withoutImpurities(text)).toBe(
      "interface Math {\n    pow(x: number, y: number): number;\n    tanh(x: number): number;\n}",
    );
  });

  it("keeps what follows a dropped declaration", () => {
    const text = `${declaresClock}interface JSON {\n    parse(text: string): any;\n}\ndeclare var JSON: JSON;\n`;
    expect(withoutImpurities(text)).toBe("interface JSON {\n    parse(text: string): any;\n}\ndeclare var JSON: JSON;");
  });

  it("keeps the type of functions, which the compiler itself needs", () => {
    const text = "interface Function {\n    apply(): any;\n}";
    expect(withoutImpurities(text)).toBe(text);
  });
});
