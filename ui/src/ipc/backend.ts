import type { GateCommands, MainCommands, OpenCase, PortfolioChanged } from "./wire";

/** Ends a subscription. */
export type Stop = () => void;

/** Everything the UI may ask of the shell. A refused command throws a `ProblemError`. */
export interface Backend extends GateCommands, MainCommands {
  onPortfolioChanged(listener: (event: PortfolioChanged) => void): Promise<Stop>;
  onOpenCase(listener: (event: OpenCase) => void): Promise<Stop>;
}
