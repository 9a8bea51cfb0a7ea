import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
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

/** The web ACL before the dashboard and the API. CloudFront knows only those of us-east-1, so its stack is there, wherever the rest is. */
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
    this.webAclArn = new CfnOutput(this, 'WebAclArn', { value: this.webAcl.attrArn });
  }
}

function visible(metricName: string) {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
