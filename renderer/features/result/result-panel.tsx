import type { StreamItem } from "../../../preload/bridge.ts";
import { useFeed } from "../../lib/console-context.ts";
import { formatDecimal, formatDuration, formatNumber, formatShare, signOfDecimal } from "../../lib/format.ts";
import { Empty } from "../../ui/empty.tsx";
import { Figure, Figures } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { resultText } from "./result-text.ts";

type Result = StreamItem<"result">;

const MONEY_DECIMALS = 2;

function Money({ name, value, remark }: { readonly name: string; readonly value: string; readonly remark: string }) {
  return (
    <Figure name={name} tone={signOfDecimal(value) < 0 ? "bad" : undefined} remark={remark}>
      {formatDecimal(value, { decimals: MONEY_DECIMALS, isSigned: true })}
    </Figure>
  );
}

function Parts({ result }: { readonly result: Result }) {
  const count = (value: number): string => formatNumber(value, { decimals: 0 });
  return (
    <Figures>
      <Money
        name={resultText.spreadCapture}
        value={result.spreadCapture}
        remark={`${count(result.fillsMaker)} ${resultText.maker} · ${count(result.fillsTaker)} ${resultText.taker}`}
      />
      <Money
        name={resultText.inventory}
        value={result.inventory}
        remark={`${count(result.placements)} ${resultText.placements}`}
      />
      <Money name={resultText.fees} value={result.fees} remark={`${count(result.cancels)} ${resultText.cancels}`} />
      <Money
        name={resultText.funding}
        value={result.funding}
        remark={`${formatShare(result.uptime, { decimals: 1 })} ${resultText.uptime}`}
      />
      <Figure name={resultText.net} tone="total" remark={result.quoteCurrency}>
        {formatDecimal(result.net, { decimals: MONEY_DECIMALS, isSigned: true })}
      </Figure>
    </Figures>
  );
}

/** What the session earned, in the parts that add up to it. */
export function ResultPanel() {
  const result = useFeed((state) => state.result);
  const seconds = useFeed((state) =>
    state.status === null ? null : Math.floor((state.status.sessionUs - state.status.startedUs) / 1_000_000),
  );
  const note = seconds === null ? null : `${resultText.session} ${formatDuration(seconds * 1000)}`;
  return (
    <Panel title={resultText.title} note={note} testId="result">
      {result === null ? <Empty>{resultText.empty}</Empty> : <Parts result={result} />}
    </Panel>
  );
}
