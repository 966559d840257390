import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Gate } from "../../../main/shell/gate.ts";
import { startWebConsole } from "../../../main/shell/web/web-console.ts";
import { createFakeBackend } from "../../support/fake-backend.ts";
import { closeCode, nextMessage, startTestedWebConsole, type TestedWebConsole } from "../../support/web-console.ts";

let tested: TestedWebConsole;
beforeEach(async () => {
  tested = await startTestedWebConsole();
});
afterEach(() => tested.web.close());

function tokenOf(link: string): string {
  return new URL(link).searchParams.get("token") ?? "";
}

describe("sign-in", () => {
  test("a link signs a browser in once, with a cookie that scripts and other sites cannot use", async () => {
    const link = tested.web.issueLink();
    expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${tested.web.port}/\\?token=[\\w-]{43}$`));
    const first = await tested.get(`/?token=${tokenOf(link)}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe("/");
    expect(first.headers["set-cookie"]?.[0]).toMatch(
      new RegExp(`^ballast-${tested.web.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const again = await tested.get(`/?token=${tokenOf(link)}`);
    expect(again.status).toBe(403);
    expect(again.headers["set-cookie"]).toBeUndefined();
    expect(again.body).toContain("Press Enter in the terminal");
  });

  test("a fresh link closes the one before it", async () => {
    const [old, fresh] = [tested.web.issueLink(), tested.web.issueLink()];
    expect((await tested.get(`/?token=${tokenOf(old)}`)).status).toBe(403);
    expect((await tested.get(`/?token=${tokenOf(fresh)}`)).status).toBe(303);
  });

  test("a link's preview by HEAD does not use it up", async () => {
    const token = tokenOf(tested.web.issueLink());
    expect((await tested.get(`/?token=${token}`, { method: "HEAD" })).status).toBe(403);
    expect((await tested.get(`/?token=${token}`)).status).toBe(303);
  });

  test.each(["", "wrong", "x".repeat(43), "%00", "%F0%9F%94%91"])("the token %j signs nobody in", async (token) => {
    tested.web.issueLink();
    expect((await tested.get(`/?token=${token}`)).status).toBe(403);
  });

  test.each(["/", "/index.html", "/assets/index-1.js"])("%s needs a sign-in", async (path) => {
    const answer = await tested.get(path);
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain("isLoaded");
  });

  test("a cookie of another port or value is none", async () => {
    const cookie = await tested.signIn();
    const value = cookie.split("=")[1] ?? "";
    for (const forged of [`ballast-1=${value}`, `ballast-${tested.web.port}=`, `ballast-${tested.web.port}=${value}x`])
      expect((await tested.get("/", { headers: { cookie: forged } })).status).toBe(403);
    expect((await tested.get("/", { headers: { cookie: `theme=dark; ${cookie}` } })).status).toBe(200);
  });
});

describe("pages", () => {
  test("the page comes under the content policy and is never cached", async () => {
    const answer = await tested.get("/", { headers: { cookie: await tested.signIn() } });
    const { port } = tested.web;
    expect(answer.headers["content-security-policy"]).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
    );
    expect(answer.headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  test("the icon that browsers ask for by themselves is no fault of the page", async () => {
    expect((await tested.get("/favicon.ico", { headers: { cookie: await tested.signIn() } })).status).toBe(204);
  });

  test("a file of the build is served by its type", async () => {
    const answer = await tested.get("/assets/index-1.js", { headers: { cookie: await tested.signIn() } });
    expect(answer.body).toBe("globalThis.isLoaded = true;");
    expect(answer.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  });

  test.each([
    "/../secret.json",
    "/assets/../../secret.json",
    "/%2e%2e/secret.json",
    "/assets/%2e%2e%2f%2e%2e%2fsecret.json",
    "/..%5csecret.json",
    "/assets/link.json",
    "/../renderer-beside/secret.json",
    "//etc/passwd",
    "/%00index.html",
    "/%",
    "/notes.txt",
    "/assets",
    "/assets/",
    "/missing.js",
  ])("%s is not found", async (path) => {
    const answer = await tested.get(path, { headers: { cookie: await tested.signIn() } });
    expect(answer.status).toBe(404);
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("%s is refused", async (method) => {
    const answer = await tested.get("/", { method, headers: { cookie: await tested.signIn() } });
    expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD"]);
  });

  test.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "[::1]:80"])(
    "the host %j is refused, also with a cookie",
    async (host) => {
      const cookie = await tested.signIn();
      const answer = await tested.get("/", { headers: { cookie, host } });
      expect([400, 421]).toContain(answer.status);
      expect(answer.body).not.toContain("doctype html><title>Ballast");
    },
  );

  test("localhost is the same console", async () => {
    const headers = { cookie: await tested.signIn(), host: `localhost:${tested.web.port}` };
    expect((await tested.get("/", { headers })).status).toBe(200);
  });
});

describe("who may open a socket", () => {
  test("the console's own page", async () => {
    const socket = await tested.connectSignedIn();
    expect(tested.web.clientCount).toBe(1);
    socket.close();
  });

  test.each([
    ["no origin", {}],
    ["a foreign origin", { origin: "http://evil.example" }],
    ["an origin of another port", { origin: "http://127.0.0.1:1" }],
    ["an origin of another scheme", { origin: "https://127.0.0.1:PORT" }],
    ["an opaque origin", { origin: "null" }],
    ["an origin that is not the host asked", { origin: "http://localhost:PORT" }],
    ["a foreign host", { origin: "http://evil.example:PORT", host: "evil.example:PORT" }],
  ])("not one with %s", async (_what, given) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace("PORT", String(tested.web.port))]),
    );
    expect(await tested.connect({ cookie: await tested.signIn(), ...headers })).toBe(403);
    expect(tested.web.clientCount).toBe(0);
  });

  test("not one that is not signed in", async () => {
    expect(await tested.connect({ origin: `http://127.0.0.1:${tested.web.port}` })).toBe(403);
  });

  test("not at another path", async () => {
    const headers = { cookie: await tested.signIn(), origin: `http://127.0.0.1:${tested.web.port}` };
    expect(await tested.connect(headers, "/")).toBe(403);
    expect(await tested.connect(headers, "/bridge?x=1")).toBe(403);
  });
});

describe("what a socket carries", () => {
  test("a call and its answer", async () => {
    const socket = await tested.connectSignedIn();
    socket.send(JSON.stringify({ kind: "call", id: 5, group: "console", name: "hello", input: {} }));
    const answer = await nextMessage(socket, ({ kind }) => kind === "answer");
    expect(answer).toMatchObject({ id: 5, result: { ok: true, value: { face: "web" } } });
  });

  test("a refusal as data", async () => {
    const socket = await tested.connectSignedIn();
    socket.send(JSON.stringify({ kind: "call", id: 6, group: "quoting", name: "pause", input: { commandId: 3 } }));
    const answer = await nextMessage(socket, ({ kind }) => kind === "answer");
    expect(answer).toMatchObject({ id: 6, result: { ok: false, code: "invalid-input" } });
    expect(tested.backend.calls).toEqual([]);
  });

  test("a stream: snapshot, then updates, until it is closed", async () => {
    const socket = await tested.connectSignedIn();
    socket.send(JSON.stringify({ kind: "open", id: 9, stream: "status" }));
    expect(await nextMessage(socket, ({ kind }) => kind === "item")).toMatchObject({
      id: 9,
      message: { n: 0, kind: "snapshot", value: { mode: "idle" } },
    });
    tested.backend.advance(100);
    expect(await nextMessage(socket, ({ kind }) => kind === "item")).toMatchObject({
      message: { n: 1, kind: "update" },
    });
    socket.send(JSON.stringify({ kind: "close", id: 9 }));
    socket.send(JSON.stringify({ kind: "call", id: 10, group: "console", name: "hello", input: {} }));
    await nextMessage(socket, ({ kind }) => kind === "answer");
    expect(tested.backend.subscriberCount).toBe(0);
  });

  test("a page that goes away leaves no subscription behind", async () => {
    const socket = await tested.connectSignedIn();
    socket.send(JSON.stringify({ kind: "open", id: 1, stream: "ladder" }));
    await nextMessage(socket, ({ kind }) => kind === "item");
    expect(tested.backend.subscriberCount).toBe(1);
    const gone = closeCode(socket);
    socket.terminate();
    await gone;
    await expect.poll(() => [tested.backend.subscriberCount, tested.web.clientCount]).toEqual([0, 0]);
  });

  test.each([
    ["rubbish", "rubbish", 1008],
    ["an unknown kind", JSON.stringify({ kind: "eval", id: 1 }), 1008],
    ["a field too many", JSON.stringify({ kind: "close", id: 1, x: 1 }), 1008],
    ["a negative number", JSON.stringify({ kind: "close", id: -1 }), 1008],
    ["an unknown stream", JSON.stringify({ kind: "open", id: 1, stream: "constructor" }), 1008],
    ["a binary frame", Buffer.from(JSON.stringify({ kind: "close", id: 1 })), 1008],
    [
      "an oversize frame",
      JSON.stringify({ kind: "call", id: 1, group: "a", name: "b", input: "x".repeat(70_000) }),
      1009,
    ],
  ])("%s closes it", async (_what, frame, code) => {
    const socket = await tested.connectSignedIn();
    const closed = closeCode(socket);
    socket.send(frame);
    expect(await closed).toBe(code);
    expect(tested.backend.calls).toEqual([]);
  });

  test("closing the console says goodbye to its pages", async () => {
    const socket = await tested.connectSignedIn();
    const closed = closeCode(socket);
    await tested.web.close();
    expect(await closed).toBe(1001);
  });
});

test("a port that is taken is said so, with what to do", async () => {
  const gate = new Gate({ backend: createFakeBackend(), checksOutputs: true, onFault: () => {} });
  const start = await startWebConsole({ gate, rendererDir: ".", port: tested.web.port, onFault: () => {} });
  expect(start).toEqual({
    kind: "failed",
    message: `Port ${tested.web.port} of 127.0.0.1 is taken by another program; give another with --port, or leave it out`,
  });
});
