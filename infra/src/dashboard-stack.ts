import { CfnParameter, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
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
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { frontDoorHeaders } from '@rollcall/cloud/front-door';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { apiPaths } from './api-paths.ts';
import { dashboardHeaders } from './dashboard-headers.ts';
import type { Deployment } from './deployment.ts';
import { frontDoor } from './front-door.ts';
import type { IdentityStack } from './identity-stack.ts';
import { pageOrFile } from './page-or-file.ts';
import type { StorageStack } from './storage-stack.ts';

export interface DashboardStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly identity: IdentityStack;
}

/** The one origin of the deployment: dashboard and API under one name. The API is only a door here; what answers is in its own stack. */
export class DashboardStack extends Stack {
  /** The dashboard's files; `pnpm deploy:aws` puts them there. */
  readonly files: Bucket;
  readonly api: CfnApi;
  readonly frontDoorSecret: Secret;
  readonly distribution: Distribution;
  /** Where browsers are: `https://…`, without a slash. */
  readonly publicUrl: string;
  /** The account's own endpoint of AWS IoT, by which browsers hear the live feed. CloudFormation does not know it. */
  readonly liveEndpoint: string;

  constructor(scope: Construct, id: string, props: DashboardStackProps) {
    super(scope, id, props);
    const { deployment } = props;
    const logs = this.#logs();
    this.liveEndpoint = new CfnParameter(this, 'LiveEndpoint', {
      description: 'Data endpoint of AWS IoT: aws iot describe-endpoint --endpoint-type iot:Data-ATS',
      allowedPattern: '^[a-z0-9]+-ats\\.iot\\.[a-z0-9-]+\\.amazonaws\\.com$',
    }).valueAsString;
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
    this.api = new CfnApi(this, 'Api', {
      name: deployment.prefix,
      protocolType: 'HTTP',
      description: 'The API of Rollcall',
    });
    this.frontDoorSecret = this.#secret(deployment);
    this.distribution = this.#distribution(props, logs);
    this.publicUrl = `https://${deployment.domain ?? this.distribution.distributionDomainName}`;
  }

  /** CloudFront shows itself to the API by it. Made here, replaced by hand: see docs/aws.md. */
  #secret({ prefix }: Deployment): Secret {
    const secret = new Secret(this, 'FrontDoorSecret', {
      description: `By which CloudFront shows itself to the API of ${prefix}`,
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(secret, {
      SMG4: 'Replacing it takes a deployment of CloudFront, which is begun by hand: docs/aws.md says how',
    });
    return secret;
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
      additionalBehaviors: this.#calls(deployment),
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
        ...dashboardHeaders([`wss://${this.liveEndpoint}`, issuer, identity.signInUrl, uploads]),
      }),
    };
  }

  /** Nothing of the API is cached; its headers are its own. */
  #calls({ frontDoorVersion = '' }: Deployment): Record<string, BehaviorOptions> {
    // Without a version it is the newest of when this was last deployed.
    const shown = `{{resolve:secretsmanager:${this.frontDoorSecret.secretArn}:SecretString:::${frontDoorVersion}}}`;
    const origin = new HttpOrigin(`${this.api.ref}.execute-api.${this.region}.${this.urlSuffix}`, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      readTimeout: Duration.seconds(30),
      customHeaders: { [frontDoorHeaders.secret]: shown },
    });
    const door = new EdgeFunction(this, 'FrontDoor', {
      code: FunctionCode.fromInline(frontDoor),
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Says who calls, and on which way',
    });
    const calls: BehaviorOptions = {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: door }],
      compress: true,
    };
    return Object.fromEntries(apiPaths.map(({ pattern }) => [pattern, calls]));
  }

  #logs(): Bucket {
    return new Bucket(this, 'Logs', {
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
  }
}
