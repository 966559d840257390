import type { ComponentProps } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./button.module.css";

interface ButtonProps extends Omit<ComponentProps<"button">, "type"> {
  readonly look?: "plain" | "primary" | "danger" | "quiet";
  readonly type?: "button" | "submit";
}

export function Button({ look = "plain", type = "button", className, ...rest }: ButtonProps) {
  return <button {...rest} type={type} data-look={look} className={classNames(styles.button, className)} />;
}
