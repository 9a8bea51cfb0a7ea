import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { ClientAttributes, OAuthScope, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { apiPaths } from './api-paths.ts';
import type { Bundles } from './bundles.ts';
import { CloudHandler } from './cloud-handler.ts';
import type { DashboardStack } from './dashboard-stack.ts';
import type { Deployment } from './deployment.ts';
import type { IdentityStack } from './identity-stack.ts';
import type { RecognitionStack } from './recognition-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ApiStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly recognition: RecognitionStack;
  readonly identity: IdentityStack;
  readonly dashboard: DashboardStack;
  readonly bundles: Bundles;
}

/** What answers behind the API's door, and the dashboard as Cognito knows it. */
export class ApiStack extends Stack {
  readonly handler: CloudHandler;
  readonly client: UserPoolClient;
  readonly routes: readonly CfnRoute[];
  /** What `pnpm deploy:aws` needs to finish, and people to begin. */
  readonly outputs: readonly CfnOutput[];

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { deployment, storage, recognition, identity, dashboard, bundles } = props;
    this.client = this.#client(identity, dashboard.publicUrl);
    const context = { deployment, storage, bundles, sharp: recognition.sharp };
    const environment = {
      ROLLCALL_ISSUER: identity.issuer,
      ROLLCALL_CLIENT_IDS: this.client.userPoolClientId,
      ROLLCALL_PUBLIC_URL: dashboard.publicUrl,
    };
    this.handler = new CloudHandler(this, 'api', context, { environment, keepsFailures: false });
    this.routes = this.#routes(dashboard);
    this.outputs = Object.entries({
      PublicUrl: dashboard.publicUrl,
      FilesBucket: dashboard.files.bucketName,
      DistributionId: dashboard.distribution.distributionId,
      Issuer: identity.issuer,
      SignInUrl: identity.signInUrl,
      ClientId: this.client.userPoolClientId,
      UserPoolId: identity.users.userPoolId,
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

  /** ADR 7: who calls is found out by the API itself, from a token or a key, as in the site edition. */
  #routes({ api }: DashboardStack): CfnRoute[] {
    const { functionArn } = this.handler.function;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: functionArn,
      payloadFormatVersion: '2.0',
      timeoutInMillis: 29_500,
    });
    this.handler.function.addPermission('Api', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${this.partition}:execute-api:${this.region}:${this.account}:${api.ref}/*/*`,
    });
    return apiPaths
      .flatMap(({ routes }) => routes)
      .map((routeKey, index) => {
        const route = new CfnRoute(this, `Route${index}`, {
          apiId: api.ref,
          routeKey,
          authorizationType: 'NONE',
          target: `integrations/${integration.ref}`,
        });
        acknowledge(route, {
          APIG4: routeKey.includes('/v1/')
            ? 'An authorizer of tokens would refuse API keys. The API itself checks both, and does not start with a route that allows nobody by name'
            : 'It tells nothing but how the API is called, and whether it is up',
        });
        return route;
      });
  }
}
