import { useEffect, useRef, useState } from "react";
import type { Bridge } from "../../../preload/bridge.ts";
import { useServices } from "../../lib/console-context.ts";
import { ask, type Asked } from "../../lib/hello.ts";
import type { View } from "../../lib/screen-store.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { reviewText } from "./review-text.ts";
import styles from "./review.module.css";
import { showPage } from "./shadow-page.ts";

type Page = Extract<Awaited<ReturnType<Bridge["review"]["report"]>>, { readonly ok: true }>["value"];

type ReviewOf = Extract<View, { readonly kind: "review" }>["of"];

/** A page about past sessions: the very page that the command line writes. */
export function ReviewScreen({ of }: { readonly of: ReviewOf }) {
  const { bridge, screen } = useServices();
  const [{ value: page, problem }, setPage] = useState<Asked<Page>>({ value: null, problem: null });
  useEffect(() => {
    let isGone = false;
    const call =
      of.kind === "report"
        ? () => bridge.review.report({ sessionId: of.sessionId })
        : () => bridge.review.compare({ sessionIds: [...of.sessionIds], filter: of.filter });
    void ask(call, null).then((asked) => (isGone ? undefined : setPage(asked)));
    return () => {
      isGone = true;
    };
  }, [bridge, of]);
  return (
    <main className={styles.screen} data-testid="review">
      <header className={styles.head}>
        <Button onClick={() => screen.setState({ view: { kind: "console" } })}>{reviewText.back}</Button>
        <h1 className={styles.title}>{page?.title ?? reviewText[of.kind]}</h1>
        {page?.file != null && (
          <span className={styles.file}>
            {reviewText.kept} <code>{page.file}</code>
          </span>
        )}
      </header>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {page === null && problem === null && <Empty>{reviewText.reading}</Empty>}
      {page !== null && <ShadowPage page={page} />}
    </main>
  );
}

function ShadowPage({ page }: { readonly page: Page }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current !== null) showPage(host.current, page.html);
  }, [page]);
  return (
    <div
      ref={host}
      className={styles.page}
      tabIndex={0}
      role="region"
      aria-label={page.title}
      data-testid="review-page"
    />
  );
}
