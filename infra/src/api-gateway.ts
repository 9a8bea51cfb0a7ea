import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAuthorizer, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { type ApiRoute, apiPaths } from './api-paths.ts';
import type { CloudHandler } from './cloud-handler.ts';
import type { Deployment } from './deployment.ts';

export interface ApiGatewayProps {
  readonly deployment: Deployment;
  /** Of the HTTP API. */
  readonly apiId: string;
  readonly handler: CloudHandler;
  /** Whose tokens count, and to whom they were given. */
  readonly issuer: string;
  readonly clientId: string;
}

/** Noted of each request. No header is: they hold tokens and keys. */
const logged = [
  'requestId',
  'ip',
  'requestTime',
  'httpMethod',
  'routeKey',
  'status',
  'responseLength',
  'integrationLatency',
  'authorizer.error',
];

/** What stands between CloudFront and the function: routes, what each lets in, and how much. */
export class ApiGateway extends Construct {
  readonly authorizer: CfnAuthorizer;
  readonly routes: readonly CfnRoute[];

  constructor(scope: Construct, id: string, props: ApiGatewayProps) {
    super(scope, id);
    const { apiId, handler } = props;
    this.authorizer = this.#authorizer(props);
    const integration = new CfnIntegration(this, 'Integration', {
      apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: handler.function.functionArn,
      payloadFormatVersion: '2.0',
      timeoutInMillis: 29_500,
    });
    const { partition, region, account } = Stack.of(this);
    handler.function.addPermission('Api', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${partition}:execute-api:${region}:${account}:${apiId}/*/*`,
    });
    const routes = apiPaths.flatMap((path) => path.routes);
    this.routes = routes.map((route, index) => this.#route(apiId, integration, route, index));
    this.#stage(props, routes);
  }

  /**
   * Access tokens of the pool that were given to the dashboard; ID tokens have no scope. The application checks all of it again, and the
   * role. Source: "Control access to HTTP APIs with JWT authorizers", API Gateway developer guide.
   */
  #authorizer({ apiId, issuer, clientId }: ApiGatewayProps): CfnAuthorizer {
    return new CfnAuthorizer(this, 'Tokens', {
      apiId,
      name: 'tokens',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer, audience: [clientId] },
    });
  }

  #route(apiId: string, integration: CfnIntegration, { key, by }: ApiRoute, index: number): CfnRoute {
    const authorization =
      by === 'token'
        ? { authorizationType: 'JWT', authorizerId: this.authorizer.ref, authorizationScopes: ['openid'] }
        : { authorizationType: 'NONE' };
    const route = new CfnRoute(this, `Route${index}`, {
      apiId,
      routeKey: key,
      ...authorization,
      target: `integrations/${integration.ref}`,
    });
    if (by === 'key') {
      acknowledge(route, {
        APIG4:
          'An authorizer of tokens knows no API keys: the application checks them, and does not start with a route that allows nobody by name',
      });
    } else if (by === 'nothing') {
      acknowledge(route, { APIG4: 'It tells nothing but how the API is called, and whether it is up' });
    }
    return route;
  }

  /** Settings of a route want the route first. */
  #stage({ deployment, apiId }: ApiGatewayProps, routes: readonly ApiRoute[]): void {
    const log = new LogGroup(this, 'Log', { retention: deployment.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const stage = new CfnStage(this, 'Stage', {
      apiId,
      stageName: '$default',
      autoDeploy: true,
      // For a route that says nothing else, of which there is none.
      defaultRouteSettings: { throttlingRateLimit: 20, throttlingBurstLimit: 40, detailedMetricsEnabled: true },
      routeSettings: Object.fromEntries(
        routes.map(({ key, throttle }) => [key, { ...throttle, DetailedMetricsEnabled: true }]),
      ),
      accessLogSettings: {
        destinationArn: log.logGroupArn,
        format: JSON.stringify(Object.fromEntries(logged.map((field) => [field, `$context.${field}`]))),
      },
    });
    stage.node.addDependency(log, ...this.routes);
  }
}
