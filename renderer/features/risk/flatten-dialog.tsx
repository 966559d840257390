import type { StreamItem } from "../../../preload/bridge.ts";
import { useCommands, useFeed, useServices } from "../../lib/console-context.ts";
import { formatDecimal, formatNumber, formatShare, signOfDecimal } from "../../lib/format.ts";
import { selectPriceDecimals, selectSizeDecimals } from "../../lib/precision.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SideMark } from "../../ui/side-mark.tsx";
import styles from "../commands/commands.module.css";
import { OutcomeLine } from "../commands/outcome-line.tsx";
import { formatBps } from "./risk-format.ts";
import { flattenText } from "./risk-text.ts";

/** What closing means, in numbers. */
function Facts({ result }: { readonly result: StreamItem<"result"> }) {
  const plan = useFeed((state) => state.risk?.flattenPlan ?? null);
  const mid = useFeed((state) => state.ladder?.mid ?? null);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const priceDecimals = useFeed(selectPriceDecimals);
  const { position, quoteCurrency } = result;
  const side = signOfDecimal(position) > 0 ? "sell" : "buy";
  return (
    <dl className={styles.facts}>
      <dt>{flattenText.will}</dt>
      <dd>
        <SideMark side={side} /> {formatDecimal(position.replace("-", ""), { decimals: sizeDecimals })}
      </dd>
      <dt>{flattenText.position}</dt>
      <dd>
        {formatDecimal(position, { decimals: sizeDecimals, isSigned: true })} (
        {formatDecimal(result.positionNotional, { decimals: 2, isSigned: true })} {quoteCurrency},{" "}
        {formatShare(result.inventoryNorm, { decimals: 0, isSigned: true })} of the limit)
      </dd>
      <dt>{flattenText.mid}</dt>
      <dd>{formatDecimal(mid, { decimals: priceDecimals })}</dd>
      {plan !== null && (
        <>
          <dt>{flattenText.worst}</dt>
          <dd>
            {formatBps(plan.worstBps)} {flattenText.beyond}
          </dd>
          <dt>{flattenText.cost}</dt>
          <dd data-testid="flatten-cost">
            {flattenText.upTo} {formatNumber(plan.worstCost, { decimals: 2 })} {quoteCurrency}, {flattenText.costHint}
          </dd>
          <dt>{flattenText.attempts}</dt>
          <dd>
            {flattenText.upTo} {plan.attempts}, from {formatBps(plan.firstBps)}, {flattenText.within} {plan.timeoutS} s
          </dd>
        </>
      )}
    </dl>
  );
}

function useWarning(): string | null {
  const isBookUsable = useFeed((state) => state.status?.isBookUsable ?? false);
  const isTooSmall = useFeed((state) => state.risk?.flattenPlan.isTooSmall ?? false);
  if (isTooSmall) return flattenText.tooSmall;
  return isBookUsable ? null : flattenText.noBook;
}

/** Asks before the position is closed at the market's price. Enter keeps it: closing takes a click, or Tab and Enter. */
export function FlattenDialog() {
  const { commands, screen } = useServices();
  const result = useFeed((state) => state.result);
  const outcome = useCommands((state) => state.outcomes.flatten);
  const warning = useWarning();
  const isFlat = result === null || signOfDecimal(result.position) === 0;
  const close = (): void => screen.setState({ dialog: null });
  const confirm = async (): Promise<void> => {
    const answer = await commands.flatten();
    if (answer?.phase === "done") close();
  };
  return (
    <Dialog title={flattenText.title} onClose={close}>
      <p className={styles.lead}>{isFlat ? flattenText.flat : flattenText.lead}</p>
      {!isFlat && <Facts result={result} />}
      {!isFlat && warning !== null && (
        <p className={styles.lead} role="alert" data-testid="flatten-warning">
          <strong>{warning}</strong>
        </p>
      )}
      {outcome !== undefined && outcome.phase !== "done" && (
        <span className={styles.answer}>
          <OutcomeLine kind="flatten" outcome={outcome} />
        </span>
      )}
      <div className={styles.buttons}>
        <Button autoFocus onClick={close}>
          {flattenText.cancel}
        </Button>
        <Button look="danger" disabled={outcome?.phase === "pending"} onClick={() => void confirm()}>
          {flattenText.confirm}
        </Button>
      </div>
    </Dialog>
  );
}
