/** What the agent logged, bounded. */
export interface OwnLog {
  /** The last lines, as they were logged, oldest first. */
  tail(lines: number): Promise<string[]>;
}
