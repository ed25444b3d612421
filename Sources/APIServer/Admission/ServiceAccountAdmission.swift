import Foundations
package import Resources

/// Gives every pod a service account and the volume with its token, the cluster's CA and the
/// namespace, at the place where clients look for them.
/// Source: Kubernetes documentation, "Managing Service Accounts".
package struct ServiceAccountAdmission: AdmissionPlugin {
  private let serviceAccount: @Sendable (_ namespace: String, _ name: String) -> Document?

  package init(
    serviceAccount: @escaping @Sendable (_ namespace: String, _ name: String) -> Document?
  ) {
    self.serviceAccount = serviceAccount
  }

  private static let mountPath = "/var/run/secrets/kubernetes.io/serviceaccount"
  /// An hour and seven seconds, as upstream: tells a token that the agent renews from one asked for.
  private static let tokenSeconds = 3607
  private static let mirrorAnnotation = "kubernetes.io/config.mirror"

  package func admit(_ pod: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .pods, write.operation == .create, write.subresource == nil,
      let namespace = write.namespace
    else { return }
    if pod[path: "metadata", "annotations", Self.mirrorAnnotation] != nil { return }
    let name = pod[path: "spec", "serviceAccountName"]?.string ?? ""
    let account = name.isEmpty ? "default" : name
    pod.set(Document(account), at: ["spec", "serviceAccountName"])
    pod.set(Document(account), at: ["spec", "serviceAccount"])
    guard let found = serviceAccount(namespace, account) else {
      throw .forbidden(
        .pods, write.name,
        "error looking up service account \(namespace)/\(account): "
          + "serviceaccount \"\(account)\" not found")
    }
    if pod[path: "spec", "imagePullSecrets"]?.isEmpty != false,
      let secrets = found["imagePullSecrets"], !secrets.isEmpty
    {
      pod.set(secrets, at: ["spec", "imagePullSecrets"])
    }
    let wantsToken =
      pod[path: "spec", "automountServiceAccountToken"]?.bool
      ?? found["automountServiceAccountToken"]?.bool ?? true
    if wantsToken { mountToken(in: &pod) }
  }

  private func mountToken(in pod: inout Document) {
    var volumeName: String?
    for list in ["initContainers", "containers"] {
      guard let containers = pod[path: "spec", list] else { continue }
      let mounted = containers.elements.map { container -> Document in
        let mounts = container["volumeMounts"]?.elements.map { $0 } ?? []
        if mounts.contains(where: { $0["mountPath"]?.string == Self.mountPath }) {
          return container
        }
        let name = volumeName ?? GeneratedName.make(prefix: "kube-api-access-")
        volumeName = name
        var container = container
        container["volumeMounts"] = Document(
          mounts + [
            [
              "name": Document(name), "readOnly": true, "mountPath": Document(Self.mountPath),
            ]
          ])
        return container
      }
      pod.set(Document(mounted), at: ["spec", list])
    }
    guard let volumeName else { return }
    let volumes = pod[path: "spec", "volumes"]?.elements.map { $0 } ?? []
    pod.set(Document(volumes + [Self.volume(named: volumeName)]), at: ["spec", "volumes"])
  }

  private static func volume(named name: String) -> Document {
    [
      "name": Document(name),
      "projected": [
        "defaultMode": 420,
        "sources": [
          ["serviceAccountToken": ["expirationSeconds": Document(tokenSeconds), "path": "token"]],
          [
            "configMap": [
              "name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]],
            ]
          ],
          [
            "downwardAPI": [
              "items": [
                [
                  "path": "namespace",
                  "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"],
                ]
              ]
            ]
          ],
        ],
      ],
    ]
  }
}
