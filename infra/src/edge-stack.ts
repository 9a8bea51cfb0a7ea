import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

export interface EdgeStackProps extends StackProps {
  readonly deployment: Deployment;
}

/** Requests of one address in five minutes. A school behind one address has a hundred kiosks, each asking a few times a minute. */
const requestsPerAddress = 10_000;

/**
 * Rules of the common set that take pictures, tables and free text in bodies for attacks. Counted, not blocked: the API checks every body
 * against its schema, and puts none of it into SQL, a shell or a page.
 */
const takenForAttacks = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
];

/**
 * The web ACL before the dashboard and the API, and the watch over the bill. CloudFront knows only web ACLs of us-east-1, and bills are made
 * there, so this stack is there, wherever the rest is.
 */
export class EdgeStack extends Stack {
  readonly webAcl: CfnWebACL;
  /** Its ARN is this output; the dashboard's stack takes it as a parameter, since no reference reaches across regions. */
  readonly webAclArn: CfnOutput;

  constructor(scope: Construct, id: string, { deployment, ...props }: EdgeStackProps) {
    super(scope, id, props);
    const managed = (name: string, priority: number, counted: readonly string[] = []) => ({
      name,
      priority,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name,
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        },
      },
      visibilityConfig: visible(name),
    });
    this.webAcl = new CfnWebACL(this, 'WebAcl', {
      name: `${deployment.prefix}-front-door`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible(`${deployment.prefix}-front-door`),
      rules: [
        {
          name: 'requests-per-address',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { limit: requestsPerAddress, aggregateKeyType: 'IP' } },
          visibilityConfig: visible('requests-per-address'),
        },
        managed('AWSManagedRulesAmazonIpReputationList', 1),
        managed('AWSManagedRulesKnownBadInputsRuleSet', 2),
        managed('AWSManagedRulesCommonRuleSet', 3, takenForAttacks),
      ],
    });
    this.#logBlocked(deployment);
    this.webAclArn = new CfnOutput(this, 'WebAclArn', { value: this.webAcl.attrArn });
    if (deployment.monthlyBudget !== undefined) watchBill(this, deployment, deployment.monthlyBudget);
  }

  /** What was blocked, and what would have been: all else is in the logs of CloudFront. Credentials are left out. */
  #logBlocked({ prefix, logRetention }: Deployment): void {
    // WAF takes no other name.
    const logGroupName = `aws-waf-logs-${prefix}`;
    const log = new LogGroup(this, 'Log', {
      logGroupName,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAcl.attrArn,
      // Without the `:*` that the ARN of a log group ends in.
      logDestinationConfigs: [`arn:${this.partition}:logs:${this.region}:${this.account}:log-group:${logGroupName}`],
      redactedFields: ['authorization', 'x-api-key', 'cookie'].map((Name) => ({ singleHeader: { Name } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    logging.node.addDependency(log);
  }
}

/**
 * Tells of the account’s bill, all of it: costs of one deployment are known only in accounts that have its tags activated for billing. A bill
 * comes hours late, so this is no limit.
 */
function watchBill(scope: Construct, { prefix, alarmEmail = '' }: Deployment, usd: number): CfnBudget {
  const told = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
    subscribers: [{ subscriptionType: 'EMAIL', address: alarmEmail }],
  });
  return new CfnBudget(scope, 'Budget', {
    budget: {
      budgetName: `${prefix}-monthly`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: usd, unit: 'USD' },
    },
    notificationsWithSubscribers: [told('ACTUAL', 50), told('ACTUAL', 90), told('FORECASTED', 100)],
  });
}

function visible(metricName: string) {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
