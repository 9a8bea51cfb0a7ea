import { CfnParameter, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnApi, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { apiPaths } from './api-paths.ts';
import { dashboardHeaders } from './dashboard-headers.ts';
import type { Deployment } from './deployment.ts';
import type { IdentityStack } from './identity-stack.ts';
import { pageOrFile } from './page-or-file.ts';
import type { StorageStack } from './storage-stack.ts';

export interface DashboardStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly identity: IdentityStack;
}

/** Requests a second of the whole deployment, and how many at once; over it callers get 429. */
const throttle = { throttlingRateLimit: 500, throttlingBurstLimit: 1_000 };

/** The one origin of the deployment: dashboard and API under one name. The API is only a door here; what answers is in its own stack. */
export class DashboardStack extends Stack {
  /** The dashboard's files; `pnpm deploy:aws` puts them there. */
  readonly files: Bucket;
  readonly api: CfnApi;
  readonly distribution: Distribution;
  /** Where browsers are: `https://…`, without a slash. */
  readonly publicUrl: string;

  constructor(scope: Construct, id: string, props: DashboardStackProps) {
    super(scope, id, props);
    const { deployment } = props;
    const logs = this.#logs();
    this.files = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'files/',
      // The build makes them again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = this.#door(deployment);
    this.distribution = this.#distribution(props, logs);
    this.publicUrl = `https://${deployment.domain ?? this.distribution.distributionDomainName}`;
  }

  #door({ prefix, logRetention }: Deployment): CfnApi {
    const api = new CfnApi(this, 'Api', { name: prefix, protocolType: 'HTTP', description: 'The API of Rollcall' });
    const log = new LogGroup(this, 'ApiLog', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const fields = [
      'requestId',
      'ip',
      'requestTime',
      'httpMethod',
      'routeKey',
      'status',
      'responseLength',
      'integrationLatency',
    ];
    const stage = new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: { ...throttle, detailedMetricsEnabled: true },
      accessLogSettings: {
        destinationArn: log.logGroupArn,
        format: JSON.stringify(Object.fromEntries(fields.map((field) => [field, `$context.${field}`]))),
      },
    });
    stage.node.addDependency(log);
    return api;
  }

  #distribution({ deployment, storage, identity }: DashboardStackProps, logs: Bucket): Distribution {
    const webAcl = new CfnParameter(this, 'WebAclArn', {
      description: 'ARN of the web ACL: the output of the edge stack, which is in us-east-1',
      allowedPattern: '^arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/.+$',
    });
    const { domain, certificate } = deployment;
    const named =
      domain && certificate
        ? { domainNames: [domain], certificate: Certificate.fromCertificateArn(this, 'Certificate', certificate) }
        : {};
    const distribution = new Distribution(this, 'Distribution', {
      ...named,
      comment: `Rollcall, ${deployment.stage}`,
      defaultRootObject: 'index.html',
      defaultBehavior: this.#pages(storage, identity),
      additionalBehaviors: Object.fromEntries(apiPaths.map(({ pattern }) => [pattern, this.#calls()])),
      webAclId: webAcl.valueAsString,
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'front-door/',
    });
    acknowledge(distribution, {
      CFR1: 'People travel: where somebody may sign in from is the organization’s matter, and Cognito weighs it as a risk',
      ...(domain
        ? {}
        : {
            CFR4: 'CloudFront’s own certificate comes with its own minimum; with a domain of one’s own it is TLS 1.2',
          }),
    });
    return distribution;
  }

  #pages(storage: StorageStack, identity: IdentityStack): BehaviorOptions {
    const uploads = `https://${storage.picturesName}.s3.${this.region}.amazonaws.com`;
    const issuer = `https://cognito-idp.${this.region}.amazonaws.com`;
    const router = new EdgeFunction(this, 'PageOrFile', {
      code: FunctionCode.fromInline(pageOrFile),
      runtime: FunctionRuntime.JS_2_0,
      comment: 'A path that is no file is a page of the dashboard',
    });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(this.files),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      compress: true,
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: router }],
      responseHeadersPolicy: new ResponseHeadersPolicy(this, 'Headers', {
        ...dashboardHeaders([issuer, identity.signInUrl, uploads]),
      }),
    };
  }

  /** Nothing of the API is cached; its headers are its own. */
  #calls(): BehaviorOptions {
    return {
      origin: this.#apiOrigin(),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      compress: true,
    };
  }

  #origin: HttpOrigin | undefined;
  #apiOrigin(): HttpOrigin {
    this.#origin ??= new HttpOrigin(`${this.api.ref}.execute-api.${this.region}.${this.urlSuffix}`, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      readTimeout: Duration.seconds(30),
    });
    return this.#origin;
  }

  #logs(): Bucket {
    const logs = new Bucket(this, 'Logs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // CloudFront delivers its logs by an access control list.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        { id: 'ninety-days', expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(logs, { S1: 'It is itself where access logs go' });
    return logs;
  }
}
