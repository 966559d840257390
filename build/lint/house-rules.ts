/** The rules of this house that no ready-made rule knows, as a plugin of the linter. */
import path from "node:path";
import { importProblem, type ImportTarget } from "./import-layers.ts";

interface Node {
  readonly type: string;
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly { readonly importKind?: string }[];
  readonly callee?: { readonly type: string; readonly name?: string };
  readonly arguments?: readonly { readonly type: string; readonly value?: unknown }[];
}

interface Comment {
  readonly value: string;
  readonly loc: object;
}

interface RuleContext {
  readonly filename: string;
  readonly cwd: string;
  readonly sourceCode: { getAllComments(): readonly Comment[] };
  report(problem: { readonly message: string; readonly node?: Node; readonly loc?: object }): void;
}

type Visitor = Readonly<Record<string, (node: Node) => void>>;

const importLayers = {
  create(context: RuleContext): Visitor {
    const file = repositoryPath(context.cwd, context.filename);
    const check = (node: Node, specifier: unknown, isTypeOnly: boolean): void => {
      if (typeof specifier !== "string") return;
      const problem = importProblem(file, targetOf(context, specifier, isTypeOnly));
      if (problem !== null) context.report({ message: problem, node });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source?.value, isTypeImport(node)),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind === "type"),
      ExportAllDeclaration: (node) => check(node, node.source?.value, node.exportKind === "type"),
      ImportExpression: (node) => check(node, node.source?.value, false),
      TSImportType: (node) => check(node, node.source?.value, true),
      CallExpression: (node) => {
        if (node.callee?.type === "Identifier" && node.callee.name === "require") {
          check(node, node.arguments?.[0]?.value, false);
        }
      },
    };
  },
};

/** A file that only passes on what others export hides where things live, and makes cycles. */
const noReExport = {
  create(context: RuleContext): Visitor {
    const refuse = (node: Node): void => {
      if (typeof node.source?.value !== "string") return;
      context.report({
        message: "no barrels: import from the file that declares it, expected no `export ... from`",
        node,
      });
    };
    return { ExportNamedDeclaration: refuse, ExportAllDeclaration: refuse };
  },
};

/** An exception to a rule carries its reason: `// oxlint-disable-next-line no-shadow -- why`. */
const disableNeedsReason = {
  create(context: RuleContext): Visitor {
    return {
      Program: () => {
        for (const comment of context.sourceCode.getAllComments()) {
          const text = comment.value.trim();
          if (!/^(?:oxlint|eslint)-disable/.test(text) || /\s--\s+\S/.test(text)) continue;
          context.report({
            message: "an exception needs its reason: expected `-- why` after the rule's name",
            loc: comment.loc,
          });
        }
      },
    };
  },
};

function isTypeImport(node: Node): boolean {
  if (node.importKind === "type") return true;
  const specifiers = node.specifiers ?? [];
  return specifiers.length > 0 && specifiers.every((specifier) => specifier.importKind === "type");
}

function targetOf(context: RuleContext, specifier: string, isTypeOnly: boolean): ImportTarget {
  const bare = specifier.replace(/[?#].*$/, "");
  if (bare.startsWith(".") || bare.startsWith("/")) {
    const target = path.resolve(path.dirname(context.filename), bare);
    return { kind: "file", path: repositoryPath(context.cwd, target) };
  }
  const name = bare.startsWith("@") ? bare.split("/").slice(0, 2).join("/") : bare.split("/")[0];
  return { kind: "package", name: bare.startsWith("node:") ? bare : (name ?? bare), isTypeOnly };
}

function repositoryPath(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

const plugin = {
  meta: { name: "house" },
  rules: {
    "import-layers": importLayers,
    "no-re-export": noReExport,
    "disable-needs-reason": disableNeedsReason,
  },
};

// A default export because the linter asks for one
export default plugin;
