import { useState } from "react";
import { reasonOf } from "../features/decisions/reason-text.ts";
import { partWords } from "../features/slots/slots-text.ts";
import { formatDuration, formatNumber, formatShare, formatUtcTime, NO_VALUE } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Panel } from "../ui/panel.tsx";
import table from "../ui/table.module.css";
import { buildUpRows } from "./build-up-rows.ts";
import type { WhatIfReport } from "./what-if-runner.ts";
import { whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

type Disagreement = WhatIfReport["disagreements"][number];
type Example = NonNullable<Disagreement["example"]>;
type Answer = NonNullable<Example["baseline"]>;

/** A stance is a code, or words of its own. */
function stanceWords(stance: string): string {
  return stance.includes("_") ? reasonOf(stance).label : stance;
}

function AnswerWords({ name, answer }: { readonly name: string; readonly answer: Answer | null }) {
  return (
    <div className={styles.answer} data-kind={answer === null ? "skip" : reasonOf(answer.code).kind}>
      <strong>{name}</strong>
      {answer === null ? (
        <p>The level is not there.</p>
      ) : (
        <>
          <p>{reasonOf(answer.code).sentence}</p>
          <p className={styles.hint}>
            <code>{answer.code}</code> {answer.text}
          </p>
        </>
      )}
    </div>
  );
}

function bps(value: number | null): string {
  return formatNumber(value, { decimals: 2, isSigned: true });
}

function BuildUps({ report, example }: { readonly report: WhatIfReport; readonly example: Example }) {
  const [one, other] = [example.baseline?.buildUp ?? null, example.alternative?.buildUp ?? null];
  if (one === null && other === null) return null;
  return (
    <table className={table.table} data-testid="what-if-build-up">
      <thead>
        <tr>
          <th>price, bps of the anchor</th>
          <th className={table.number}>{report.baseline.name}</th>
          <th className={table.number}>{report.alternative.name}</th>
        </tr>
      </thead>
      <tbody>
        <tr className={table.row}>
          <td>anchor</td>
          <td className={table.number}>{one?.anchor ?? NO_VALUE}</td>
          <td className={table.number}>{other?.anchor ?? NO_VALUE}</td>
        </tr>
        {buildUpRows(one, other).map(({ name, baselineBps, alternativeBps }) => (
          <tr key={name} className={table.row}>
            <td>{partWords[name]}</td>
            <td className={table.number}>{bps(baselineBps)}</td>
            <td className={table.number}>{bps(alternativeBps)}</td>
          </tr>
        ))}
        <tr className={table.row}>
          <td>final</td>
          <td className={table.number}>{one?.final ?? NO_VALUE}</td>
          <td className={table.number}>{other?.final ?? NO_VALUE}</td>
        </tr>
      </tbody>
    </table>
  );
}

function ExampleView({ report, example }: { readonly report: WhatIfReport; readonly example: Example }) {
  const lengthMs = (example.toUs - example.fromUs) / 1000;
  const length = lengthMs === 0 ? "" : `, for ${formatDuration(lengthMs)}`;
  return (
    <div className={styles.example} data-testid="what-if-example">
      <p className={styles.hint}>
        {example.slot} at {formatUtcTime(example.fromUs, true)} UTC{length}
      </p>
      <div className={styles.answers}>
        <AnswerWords name={report.baseline.name} answer={example.baseline} />
        <AnswerWords name={report.alternative.name} answer={example.alternative} />
      </div>
      <BuildUps report={report} example={example} />
    </div>
  );
}

interface RowProps {
  readonly disagreement: Disagreement;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Row({ disagreement, isChosen, onChoose }: RowProps) {
  const { baseline, alternative, share, seconds, widerBps } = disagreement;
  return (
    <tr className={table.row} data-chosen={isChosen} data-testid="what-if-disagreement">
      <td>
        <Button look="quiet" aria-pressed={isChosen} onClick={onChoose} title={`${baseline} / ${alternative}`}>
          {stanceWords(baseline)}
        </Button>
      </td>
      <td>{stanceWords(alternative)}</td>
      <td className={table.number}>{formatDuration(seconds * 1000)}</td>
      <td className={table.number}>{formatShare(share, { decimals: 1 })}</td>
      <td className={table.number}>{bps(widerBps)}</td>
    </tr>
  );
}

/** The ways in which the runs answered differently, by the time spent in each, and why in one example: both reasons, both build-ups. */
export function DisagreementsPanel({ report }: { readonly report: WhatIfReport }) {
  const { disagreements, agreement, baseline, alternative } = report;
  const [chosen, setChosen] = useState(0);
  const example = disagreements[chosen]?.example ?? null;
  const note = `same answer ${formatShare(agreement, { decimals: 1 })} of slot time`;
  return (
    <Panel title={whatIfText.decisionsTitle} note={note} className={styles.decisions} testId="what-if-decisions">
      {disagreements.length === 0 ? (
        <Empty>{whatIfText.noDisagreement}</Empty>
      ) : (
        <div className={table.scroll} tabIndex={0} role="region" aria-label={whatIfText.decisionsTitle}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>{baseline.name}</th>
                <th>{alternative.name}</th>
                <th className={table.number}>slot time</th>
                <th className={table.number}>share</th>
                <th className={table.number} title="How much further from the market the alternative stands, bps">
                  further out, bps
                </th>
              </tr>
            </thead>
            <tbody>
              {disagreements.map((disagreement, index) => (
                <Row
                  key={`${disagreement.baseline} / ${disagreement.alternative}`}
                  disagreement={disagreement}
                  isChosen={index === chosen}
                  onChoose={() => setChosen(index)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {example !== null && <ExampleView report={report} example={example} />}
    </Panel>
  );
}
