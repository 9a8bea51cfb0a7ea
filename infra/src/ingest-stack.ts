import { functionName, presenceSql, type Rule, ruleSql, rules, type Timer, timers } from '@rollcall/cloud/manifest';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Bundles } from './bundles.ts';
import { CloudHandler, type CloudHandlerContext } from './cloud-handler.ts';
import { sendDeadLetters } from './dead-letters.ts';
import type { Deployment } from './deployment.ts';
import type { RecognitionStack } from './recognition-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface IngestStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly recognition: RecognitionStack;
  readonly bundles: Bundles;
}

/** What devices send and what the clock starts, and the way back for what failed. */
export class IngestStack extends Stack {
  readonly handlers: Readonly<
    Record<'passage' | 'health' | 'report' | 'presence' | 'timers' | 'organizations' | 'replay', CloudHandler>
  >;

  constructor(scope: Construct, id: string, props: IngestStackProps) {
    super(scope, id, props);
    const { deployment, storage, recognition, bundles } = props;
    const context: CloudHandlerContext = { deployment, storage, bundles };
    this.handlers = {
      passage: new CloudHandler(this, 'passage', context),
      health: new CloudHandler(this, 'health', context),
      report: new CloudHandler(this, 'report', context),
      presence: new CloudHandler(this, 'presence', context),
      // What it fails at, its next turn does.
      timers: new CloudHandler(this, 'timers', context, { keepsFailures: false }),
      // Both are invoked by whoever operates the deployment, who sees how it ended.
      organizations: new CloudHandler(this, 'organizations', context, { keepsFailures: false }),
      replay: new CloudHandler(this, 'replay', context, { keepsFailures: false }),
    };
    const failures = this.#failureRole(props);
    const { passage, health, report } = this.handlers;
    const handlerOf = { capture: recognition.capture, passage, health, report };
    for (const rule of rules) this.#rule(props, { ...rule, sql: ruleSql }, handlerOf[rule.name], failures);
    const presence = {
      name: 'presence',
      description: this.handlers.presence.spec.description,
      sql: presenceSql,
    } as const;
    this.#rule(props, presence, this.handlers.presence, failures);
    const clock = this.#clockRole();
    for (const timer of timers) this.#timer(deployment, timer, clock);
  }

  /** A rule without FROM is reached by its Basic Ingest topic alone: `$aws/rules/{name}/…`. */
  #rule(
    { deployment, storage }: IngestStackProps,
    rule: Pick<Rule, 'description'> & { readonly name: Rule['name'] | 'presence'; readonly sql: string },
    handler: CloudHandler,
    failures: Role,
  ): CfnTopicRule {
    const ruleName = `${deployment.prefix}_${rule.name}`;
    const made = new CfnTopicRule(this, `Rule-${rule.name}`, {
      ruleName,
      topicRulePayload: {
        description: rule.description,
        sql: rule.sql,
        awsIotSqlVersion: '2016-03-23',
        ruleDisabled: false,
        actions: [{ lambda: { functionArn: handler.function.functionArn } }],
        errorAction: {
          sqs: { queueUrl: storage.deadLetters.queueUrl, roleArn: failures.roleArn, useBase64: false },
        },
      },
    });
    handler.function.addPermission(`Rule-${rule.name}`, {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceAccount: this.account,
      sourceArn: this.formatArn({ service: 'iot', resource: 'rule', resourceName: ruleName }),
    });
    return made;
  }

  /** As which a rule leaves what it could not hand to its function. */
  #failureRole({ deployment, storage }: IngestStackProps): Role {
    const role = new Role(this, 'RuleFailures', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      description: 'Topic rules leave what they could not deliver in the dead letters',
    });
    for (const statement of sendDeadLetters(storage, deployment.region)) role.addToPolicy(statement);
    return role;
  }

  /** As which the scheduler invokes the timers. */
  #clockRole(): Role {
    const role = new Role(this, 'Clock', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    const { functionArn } = this.handlers.timers.function;
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    return role;
  }

  /** The scheduler knows no less than a minute. */
  #timer({ prefix }: Deployment, { name, everySeconds, description }: Timer, clock: Role): CfnSchedule {
    const minutes = Math.max(1, Math.ceil(everySeconds / 60));
    return new CfnSchedule(this, `Timer-${name}`, {
      name: `${functionName(prefix, 'timers')}-${name}`,
      description,
      scheduleExpression: `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.handlers.timers.function.functionArn,
        roleArn: clock.roleArn,
        input: JSON.stringify({ timer: name }),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
  }
}
