/** What a rule sees of a message. */
export interface RuleInput {
  /** As `topic()` counts it: on Basic Ingest what follows the rule's name. */
  readonly topic: string;
  readonly payload: Buffer;
  /** ms since the epoch. */
  readonly receivedAt: number;
}

/**
 * AWS IoT SQL, as far as our rules use it, written from the reference and not from the rules: `encode(*, 'base64')`, `topic(n)`, `timestamp()`,
 * fields of a JSON payload, and `=` joined by OR. Source: "AWS IoT SQL reference", AWS IoT developer guide.
 * @returns what the rule's action gets; undefined when FROM or WHERE leave the message out. @throws Error for what it does not know.
 */
export function evaluateRule(sql: string, input: RuleInput): Record<string, unknown> | undefined {
  const [, columns, filter, conditions] =
    /^SELECT (.+?)(?: FROM '([^']+)')?(?: WHERE (.+))?$/.exec(sql) ?? unknown(`the statement ${sql}`);
  if (filter !== undefined && !matchesFilter(filter, input.topic)) return undefined;
  const value = (expression: string) => evaluate(expression.trim(), input);
  const holds = (condition: string) => {
    const [left = '', right = ''] = condition.split('=');
    return value(left) === value(right);
  };
  if (conditions !== undefined && !conditions.split(' OR ').some(holds)) return undefined;
  const selected = (columns ?? '').split(/,(?![^(]*\))/).map((column) => {
    const [expression = '', name = expression] = column.trim().split(' AS ');
    return [name, value(expression)];
  });
  return Object.fromEntries(selected);
}

/** "Topic filters" of MQTT: `+` is one level, `#` is all that follow. */
export function matchesFilter(filter: string, topic: string): boolean {
  const [asked, levels] = [filter.split('/'), topic.split('/')];
  const fits = asked.every(
    (level, at) => level === '#' || (at < levels.length && (level === '+' || level === levels[at])),
  );
  return fits && (asked.at(-1) === '#' || asked.length === levels.length);
}

function evaluate(expression: string, { topic, payload, receivedAt }: RuleInput): unknown {
  const [, literal] = /^'([^']*)'$/.exec(expression) ?? [];
  if (literal !== undefined) return literal;
  if (expression === "encode(*, 'base64')") return payload.toString('base64');
  if (expression === 'timestamp()') return receivedAt;
  const [, level] = /^topic\((\d+)\)$/.exec(expression) ?? [];
  // The first level is number 1.
  if (level !== undefined) return topic.split('/')[Number(level) - 1];
  if (!/^\w+$/.test(expression)) return unknown(`the expression ${expression}`);
  const message: Record<string, unknown> = JSON.parse(payload.toString());
  return message[expression];
}

function unknown(what: string): never {
  throw new Error(`expected SQL as our rules have it, got ${what}`);
}
