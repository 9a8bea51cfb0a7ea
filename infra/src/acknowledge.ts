import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { templateText } from './template-text.ts';

/** Findings of cdk-nag that stay, each with its reason: `{ S1: 'this is where logs go' }`. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const findings = Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions-${rule}`, reason }));
  if (findings.length > 0) Validations.of(construct).acknowledge(...findings);
}

/** A statement, and why a wildcard in its resources stays one. */
export interface Permission {
  readonly statement: PolicyStatement;
  readonly wildcard?: string;
}

/** The wildcards of what `construct` may do, each with its reason; one without a reason fails the synthesis. */
export function acknowledgeWildcards(construct: IConstruct, permissions: readonly Permission[]): void {
  const stack = Stack.of(construct);
  for (const { statement, wildcard } of permissions) {
    if (wildcard === undefined) continue;
    const resources = statement.resources.map((resource) => templateText(stack.resolve(resource), inFinding));
    const wild = resources.filter((resource) => resource.includes('*'));
    acknowledge(construct, Object.fromEntries(wild.map((resource) => [`IAM5[Resource::${resource}]`, wildcard])));
  }
}

/** As cdk-nag writes a reference. */
function inFinding(name: string): string {
  return `<${name}>`;
}
