import { expect, test } from "vitest";
import { CommandMemory } from "../../main/shell/command-memory.ts";

test("keeps the newest settled answers and no more", async () => {
  const memory = new CommandMemory<number>(3);
  const answers = [0, 1, 2, 3, 4].map((value) => Promise.resolve(value));
  for (const [index, answer] of answers.entries()) memory.remember(`command-${index}`, "call", {}, answer);
  await Promise.all(answers);
  expect(memory.size).toBe(3);
  expect(memory.recall("command-1", "call", {}).kind).toBe("new");
  expect(memory.recall("command-2", "call", {}).kind).toBe("same");
});

test("never forgets a command that has not been answered", async () => {
  const memory = new CommandMemory<number>(2);
  const { promise, resolve } = Promise.withResolvers<number>();
  memory.remember("slow", "call", {}, promise);
  const quick = Array.from({ length: 20 }, (_, index) => Promise.resolve(index));
  for (const [index, answer] of quick.entries()) memory.remember(`quick-${index}`, "call", {}, answer);
  await Promise.all(quick);
  expect(memory.recall("slow", "call", {}).kind).toBe("same");
  resolve(1);
  await promise;
  memory.remember("last", "call", {}, Promise.resolve(1));
  await Promise.resolve();
  expect(memory.recall("slow", "call", {}).kind).toBe("new");
});

test("forgets nothing about an answer that failed", async () => {
  const memory = new CommandMemory<number>(2);
  const failed = Promise.reject(new Error("broken"));
  memory.remember("command", "call", {}, failed);
  await failed.catch(() => {});
  expect(memory.recall("command", "call", {}).kind).toBe("same");
});
