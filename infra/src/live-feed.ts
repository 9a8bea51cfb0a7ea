import { liveAuthorizerName } from '@rollcall/cloud/manifest';
import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAuthorizer } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import { CloudHandler, type CloudHandlerContext } from './cloud-handler.ts';

/**
 * Invocations at once: some hundred connections a second. Anybody may try to connect; whoever floods it takes nothing from the other
 * functions.
 */
const concurrency = 10;

/** Lets browsers hear the live feed at AWS IoT: its authorizer, and the function that it asks. */
export class LiveFeed extends Construct {
  readonly authorizer: CfnAuthorizer;
  readonly handler: CloudHandler;

  /** @param tokens whose tokens count: `ROLLCALL_ISSUER` and `ROLLCALL_CLIENT_IDS` */
  constructor(
    scope: Construct,
    id: string,
    context: CloudHandlerContext,
    tokens: Readonly<Record<'ROLLCALL_ISSUER' | 'ROLLCALL_CLIENT_IDS', string>>,
  ) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const environment = { ...tokens, ROLLCALL_IOT_ARN: `arn:${partition}:iot:${region}:${account}` };
    const options = { environment, concurrency, keepsFailures: false };
    this.handler = new CloudHandler(this, 'live-authorizer', context, options);
    this.authorizer = new CfnAuthorizer(this, 'Authorizer', {
      authorizerName: liveAuthorizerName(context.deployment.prefix),
      authorizerFunctionArn: this.handler.function.functionArn,
      // What is checked is the signature of Cognito’s token. AWS IoT’s own would be made with a key that no page can keep.
      signingDisabled: true,
      status: 'ACTIVE',
    });
    this.handler.function.addPermission('Authorizer', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceAccount: account,
      sourceArn: this.authorizer.attrArn,
    });
  }
}
