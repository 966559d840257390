import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolderPaths } from "../../../db/data-folder.ts";
import { makeFolder } from "../../../db/make-folder.ts";
import { comparePage, countText } from "../../review/page/compare-page.ts";
import { reportPage } from "../../review/page/report-page.ts";
import type { ReviewAnswer, ReviewThreadData } from "./review-protocol.ts";
import { compareSessions, reviewSession, type ReviewFailure } from "./review-session.ts";

/** Makes the page that a question asks for and keeps it in `<data folder>/reports/`, for a browser to open. */
export function answerReview({ dataDir, question }: ReviewThreadData): ReviewAnswer {
  if (question.kind === "report") {
    const reviewed = reviewSession(dataDir, question.sessionId, false);
    if (!reviewed.ok) return refused(reviewed);
    const { session } = reviewed.value;
    return kept(dataDir, session.sessionId, `${session.market} ${session.profile}`, reportPage(reviewed.value));
  }
  const reviewed = compareSessions(dataDir, question.filter);
  if (!reviewed.ok) return refused(reviewed);
  const { sessions } = reviewed.value;
  return kept(dataDir, "comparison", countText(sessions.length), comparePage(reviewed.value));
}

function kept(dataDir: string, name: string, title: string, html: string): ReviewAnswer {
  const folder = join(dataFolderPaths(dataDir).dataDir, "reports");
  const file = join(folder, `${name}.html`);
  try {
    makeFolder(folder);
    writeFileSync(file, html);
  } catch {
    // A full or read-only disk keeps nobody from reading the page on the screen
    return { ok: true, title, html, file: null };
  }
  return { ok: true, title, html, file };
}

function refused({ code, message }: { readonly code: ReviewFailure; readonly message: string }): ReviewAnswer {
  return { ok: false, code: code === "unknown-session" ? "unknown-session" : "unreadable", message };
}
