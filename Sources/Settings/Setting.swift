import Foundations

/// One thing that an operator may choose, by one name in three spellings: `--api-port 6443`,
/// `MARTLET_API_PORT=6443`, and `api-port: 6443` in the file.
package struct Setting: Sendable {
  /// Lower case with dashes.
  package let key: String
  /// Stands for the value in help: `PORT`.
  package let placeholder: String
  package let help: String
  /// What help says where the default is not a constant: `the host's name`.
  let defaultWords: String?
  /// Completes "it has to be ...".
  let expectation: String
  /// `false` where the text is no such value.
  let read: @Sendable (String, inout ServerSettings) -> Bool
  let write: @Sendable (ServerSettings) -> String

  package var flag: String { "--\(key)" }
  package var variable: String {
    "MARTLET_\(key.uppercased().replacing("-", with: "_"))"
  }

  /// The value in force, as the flag would take it.
  package func text(in settings: ServerSettings) -> String { write(settings) }

  private init<Value>(
    _ key: String, _ placeholder: String, _ kind: SettingKind<Value>,
    _ path: any WritableKeyPath<ServerSettings, Value> & Sendable, _ help: String,
    default defaultWords: String? = nil
  ) {
    self.key = key
    self.placeholder = placeholder
    self.help = help
    self.defaultWords = defaultWords
    expectation = kind.expectation
    read = { text, settings in
      guard let value = kind.parse(text) else { return false }
      settings[keyPath: path] = value
      return true
    }
    write = { kind.text($0[keyPath: path]) }
  }

  /// One that may also be empty, for what martlet then finds out itself.
  private init<Value>(
    _ key: String, _ placeholder: String, _ kind: SettingKind<Value>,
    optional path: any WritableKeyPath<ServerSettings, Value?> & Sendable, _ help: String,
    default defaultWords: String? = nil
  ) {
    self.init(key, placeholder, kind.optional, path, help, default: defaultWords)
  }

  static func text(_ ports: ClosedRange<UInt16>) -> String {
    "\(ports.lowerBound)-\(ports.upperBound)"
  }
}

extension Setting {
  /// Every setting, in the order help shows them.
  package static let all: [Setting] = [
    Setting(
      "data-dir", "DIR", .path, \.dataDirectory,
      "What survives a reboot: database, keys, images, volumes"),
    Setting(
      "runtime-dir", "DIR", .path, \.runtimeDirectory,
      "What does not: sockets and what runs; keep it short"),

    Setting("bind-address", "IP", .address, \.bindAddress, "Where the API server listens"),
    Setting("api-port", "PORT", .port, \.apiPort, "The API server's port"),
    Setting(
      "tls-san", "NAME,...", .list, \.extraServerNames,
      "Further names and addresses for the API server's certificate", default: "none"),
    Setting(
      "token-file", "FILE", .path, optional: \.tokenFile,
      "Static tokens, a line each: token,user,uid,\"group,...\"", default: "none"),
    Setting(
      "max-requests-inflight", "N", .count(1...100_000), \.requestsInFlightMax,
      "Requests that are served at once, shared out by priority levels"),
    Setting(
      "authentication-config", "FILE", .path, optional: \.authenticationFile,
      "Issuers of further tokens, and who is let in without one", default: "none"),
    Setting(
      "authorization-config", "FILE", .path, optional: \.authorizationFile,
      "Who decides what is allowed, webhooks among them, in order", default: "Node, then RBAC"),

    Setting(
      "audit-policy-file", "FILE", .path, optional: \.auditPolicyFile,
      "What of requests is written down: a Policy of audit.k8s.io/v1", default: "nothing is"),
    Setting(
      "audit-log-path", "FILE", .path, optional: \.auditLogPath,
      "The file that takes audit events, a line each", default: "none"),
    Setting(
      "audit-log-maxsize", "MB", .count(1...1_000_000), \.auditLogMegabytesMax,
      "How large that file may get before it is put aside"),
    Setting(
      "audit-log-maxbackup", "N", .count(0...100_000), \.auditLogBackupsMax,
      "How many files put aside are kept; 0 keeps all"),
    Setting(
      "audit-log-maxage", "DAYS", .count(0...36_500), \.auditLogAgeMaxDays,
      "How long files put aside are kept; 0 keeps them for ever"),
    Setting(
      "audit-webhook-config-file", "FILE", .path, optional: \.auditWebhookFile,
      "A kubeconfig of the server that takes audit events", default: "none"),
    Setting(
      "audit-webhook-batch-max-wait", "SECONDS", .count(1...3_600), \.auditWebhookWaitSeconds,
      "How long an event waits for others to be sent with"),
    Setting(
      "encryption-provider-config", "FILE", .path, optional: \.encryptionFile,
      "KMS plugins for Secrets: an EncryptionConfiguration of apiserver.config.k8s.io",
      default: "a key file of its own"),
    Setting(
      "profiling", "SWITCH", .choice, \.profiling,
      "Whether administrators can look into the server at /debug"),
    Setting(
      "tracing-config-file", "FILE", .path, optional: \.tracingFile,
      "Where traces of requests go: a TracingConfiguration of apiserver.config.k8s.io",
      default: "nowhere"),

    Setting(
      "node-name", "NAME", .nodeName, \.nodeName, "This machine's name in the cluster",
      default: "the host's name"),
    Setting(
      "node-ip", "IP", .address, optional: \.nodeAddress, "Where this machine is reached",
      default: "that of the default route"),
    Setting("kubelet-port", "PORT", .port, \.kubeletPort, "The node agent's port"),
    Setting("max-pods", "N", .count(1...10_000), \.podsMax, "Most pods on this node"),
    Setting(
      "node-monitor-grace-seconds", "N", .count(12...86_400), \.nodeMonitorGraceSeconds,
      "How long any node may be silent before it is unreachable; it reports every 10"),
    Setting(
      "eviction-hard", "LIST", .evictionThresholds, \.evictionThresholds,
      "What must be left on this node, or pods are evicted; none for no limits"),
    Setting(
      "eviction-transition-seconds", "N", .count(0...86_400), \.evictionTransitionSeconds,
      "How long this node stays under pressure after the cause has gone"),
    Setting(
      "image-gc-high-threshold", "PERCENT", .count(1...100), \.imageCollectionHighPercent,
      "How full the disk may get before unused images are removed; 100 for never"),
    Setting(
      "image-gc-low-threshold", "PERCENT", .count(0...99), \.imageCollectionLowPercent,
      "How full the disk may stay when they are"),
    Setting(
      "image-gc-min-age-seconds", "N", .count(0...31_536_000), \.imageCollectionAgeMinSeconds,
      "How long an image is kept at least"),
    Setting(
      "static-pod-dir", "DIR", .path, optional: \.chosenStaticPodDirectory,
      "Manifests of pods that run without the API", default: "DATA-DIR/manifests"),

    Setting("pod-cidr", "CIDR", .block, \.podCIDR, "The addresses of all pods"),
    Setting(
      "node-cidr-prefix", "BITS", .count(8...126), \.nodePodPrefixLength,
      "The prefix length of each node's share of pod-cidr"),
    Setting("service-cidr", "CIDR", .block, \.serviceCIDR, "The addresses of services"),
    Setting("cluster-dns", "IP", .address, \.clusterDNS, "The DNS server's address in it"),
    Setting(
      "dns-port", "PORT", .port, \.dnsPort,
      "The DNS server's own port on this node; cluster-dns leads there"),
    Setting(
      "cluster-domain", "NAME", .nodeName, \.clusterDomain, "The domain of services and pods"),
    Setting("node-ports", "LOW-HIGH", .portRange, \.nodePorts, "The ports of NodePort services"),
    Setting("bridge", "NAME", .interface, \.bridge, "The interface that joins this node's pods"),

    Setting(
      "load-balancer", "SWITCH", .choice, \.loadBalancer,
      "Whether Services of type LoadBalancer get the nodes' addresses; off leaves them to others"),

    Setting(
      "ingress", "SWITCH", .choice, \.ingress,
      "Whether this node serves Ingresses; it listens once there is one"),
    Setting(
      "ingress-address", "IP", .address, \.ingressAddress, "Where Ingresses are served"),
    Setting("ingress-http-port", "PORT", .port, \.ingressHTTPPort, "Their port for HTTP"),
    Setting("ingress-https-port", "PORT", .port, \.ingressHTTPSPort, "Their port for HTTPS"),
    Setting(
      "ingress-metrics-port", "PORT", .port, \.ingressMetricsPort,
      "Their metrics for Prometheus, on 127.0.0.1"),
    Setting(
      "ingress-max-body-megabytes", "N", .count(1...1_048_576), \.ingressBodyMegabytesMax,
      "The largest request body they take"),
    Setting(
      "ingress-max-connections", "N", .count(1...1_000_000), \.ingressConnectionsMax,
      "Most connections of clients at a time, on each port"),
    Setting(
      "ingress-backend-seconds", "N", .count(1...86_400), \.ingressBackendSeconds,
      "How long a pod may be silent while a request waits for it"),
    Setting(
      "ingress-access-log", "SWITCH", .choice, \.ingressAccessLog,
      "Whether each request to an Ingress is logged"),

    Setting(
      "cri-socket", "PATH", .path, optional: \.criSocket,
      "A container runtime's socket; without one, martlet runs containerd itself",
      default: "a containerd of its own"),
    Setting(
      "cni-bin-dir", "DIR", .path, optional: \.networkPluginDirectory,
      "The standard CNI plugins", default: "/usr/lib/cni or /opt/cni/bin"),
    Setting(
      "cgroup-root", "PATH", .path, \.cgroupRoot, "The control group that holds all pods"),

    Setting(
      "log-level", "LEVEL", .choice, \.logLevel, "trace, debug, info, notice, warning, error"),
    Setting("log-format", "FORMAT", .choice, \.logFormat, "text or json"),
  ]

  package static func named(_ key: String) -> Setting? { all.first { $0.key == key } }
}
