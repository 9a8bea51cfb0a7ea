import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { ClientAttributes, OAuthScope, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { ApiGateway } from './api-gateway.ts';
import type { Bundles } from './bundles.ts';
import { CloudHandler } from './cloud-handler.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import type { Deployment } from './deployment.ts';
import type { IdentityStack } from './identity-stack.ts';
import { LiveFeed } from './live-feed.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ApiStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly identity: IdentityStack;
  readonly dashboard: DashboardStack;
  readonly bundles: Bundles;
}

/** What answers behind the API's door, and the dashboard as Cognito knows it. */
export class ApiStack extends Stack {
  readonly handler: CloudHandler;
  readonly gateway: ApiGateway;
  readonly live: LiveFeed;
  readonly client: UserPoolClient;
  /** What `pnpm deploy:aws` needs to finish, and people to begin. */
  readonly outputs: readonly CfnOutput[];

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { deployment, storage, identity, dashboard, bundles } = props;
    this.client = this.#client(identity, dashboard.publicUrl);
    const frontDoorSecret = dashboard.frontDoorSecret.secretArn;
    const context = { deployment, storage, bundles, frontDoorSecret };
    const tokens = { ROLLCALL_ISSUER: identity.issuer, ROLLCALL_CLIENT_IDS: this.client.userPoolClientId };
    const environment = {
      ...tokens,
      ROLLCALL_PUBLIC_URL: dashboard.publicUrl,
      ROLLCALL_FRONT_DOOR_SECRET: frontDoorSecret,
      ROLLCALL_LIVE_URL: `wss://${dashboard.liveEndpoint}/mqtt`,
    };
    this.handler = new CloudHandler(this, 'api', context, { environment, keepsFailures: false });
    this.live = new LiveFeed(this, 'Live', context, tokens);
    this.gateway = new ApiGateway(this, 'Gateway', {
      deployment,
      apiId: dashboard.api.ref,
      handler: this.handler,
      issuer: identity.issuer,
      clientId: this.client.userPoolClientId,
    });
    this.outputs = Object.entries({
      PublicUrl: dashboard.publicUrl,
      FilesBucket: dashboard.files.bucketName,
      DistributionId: dashboard.distribution.distributionId,
      Issuer: identity.issuer,
      SignInUrl: identity.signInUrl,
      ClientId: this.client.userPoolClientId,
      UserPoolId: identity.users.userPoolId,
      FrontDoorSecret: frontDoorSecret,
    }).map(([name, value]) => new CfnOutput(this, name, { value }));
  }

  /** A public client: no secret, code with PKCE, tokens that are soon over and refresh tokens that can be revoked. */
  #client(identity: IdentityStack, publicUrl: string): UserPoolClient {
    return new UserPoolClient(this, 'Dashboard', {
      userPool: identity.users,
      userPoolClientName: 'dashboard',
      generateSecret: false,
      // Signing in is a matter of the sign-in page alone.
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE, OAuthScope.EMAIL],
        callbackUrls: [`${publicUrl}/signed-in`],
        logoutUrls: [`${publicUrl}/`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(10),
      idTokenValidity: Duration.minutes(10),
      refreshTokenValidity: Duration.days(14),
      readAttributes: new ClientAttributes().withStandardAttributes({
        email: true,
        emailVerified: true,
        fullname: true,
      }),
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true }),
    });
  }
}
