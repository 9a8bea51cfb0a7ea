import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** What a new CDK project has, as far as these stacks need it. */
const featureFlags = {
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

/**
 * Writes the templates of what `add` adds into `outdir`, with no account and no network.
 * @throws Error for a finding of cdk-nag, or of CloudFormation's own rules, that is not acknowledged; also for warnings.
 */
export function synthesize(outdir: string, add: (app: App) => unknown): App {
  const app = new App({ outdir, analyticsReporting: false, context: featureFlags });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  add(app);
  app.synth();
  const findings = findingsIn(join(outdir, 'validation-report.json'));
  if (findings.length > 0) throw new Error(`acknowledge with a reason, or mend: ${findings.join(', ')}`);
  return app;
}

/** Synthesis fails by itself on errors alone. */
function findingsIn(path: string): string[] {
  const report: { pluginReports: { violations: { ruleName: string }[] }[] } = JSON.parse(readFileSync(path, 'utf8'));
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}
