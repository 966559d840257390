// Plain JavaScript on purpose: it has to run, and to say what is wrong, on the very versions that cannot run this project.
// 22.18 is the first that runs TypeScript sources without a flag; zstd, which the tape needs, came with 22.15.
const expected = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < expected[0] || (major === expected[0] && minor < expected[1])) {
  console.error(
    `ballast needs Node ${expected.join(".")} or newer, was ${process.versions.node}: run it through npm (npm start, npm test, npm run -s ballast -- ...), which uses the Node that npm ci installed.`,
  );
  process.exit(1);
}
