/// A version of a kind that clients should leave: everybody who asks for it is told so.
/// Source: Kubernetes API reference's lifecycle of types, as of 1.36; upstream's wording.
package struct DeprecatedKind: Sendable {
  /// Minor versions of Kubernetes 1.
  private let since: Int
  private let goneSince: Int?
  private let replacement: String?

  private init(since: Int, goneSince: Int? = nil, replacement: String? = nil) {
    self.since = since
    self.goneSince = goneSince
    self.replacement = replacement
  }

  /// What is told of a kind; `nil` where it is not deprecated. A lookup: keep it.
  package static func warning(of kind: GroupVersionKind) -> String? {
    all[kind.apiVersion]?[kind.kind]?.text(kind)
  }

  private func text(_ kind: GroupVersionKind) -> String {
    var text = "\(kind.apiVersion) \(kind.kind) is deprecated in v1.\(since)+"
    if let goneSince { text += ", unavailable in v1.\(goneSince)+" }
    if let replacement { text += "; use \(replacement)" }
    return text
  }

  private static let all: [String: [String: DeprecatedKind]] = [
    "v1": [
      "ComponentStatus": DeprecatedKind(since: 19),
      "Endpoints": DeprecatedKind(since: 33, replacement: "discovery.k8s.io/v1 EndpointSlice"),
    ],
    "admissionregistration.k8s.io/v1alpha1": [
      "MutatingAdmissionPolicy": DeprecatedKind(since: 35, goneSince: 38),
      "MutatingAdmissionPolicyBinding": DeprecatedKind(since: 35, goneSince: 38),
    ],
    "certificates.k8s.io/v1alpha1": [
      "ClusterTrustBundle": DeprecatedKind(since: 34, goneSince: 37)
    ],
    "coordination.k8s.io/v1alpha2": ["LeaseCandidate": DeprecatedKind(since: 35, goneSince: 38)],
    "coordination.k8s.io/v1beta1": ["LeaseCandidate": DeprecatedKind(since: 36, goneSince: 39)],
    "networking.k8s.io/v1beta1": [
      "IPAddress": DeprecatedKind(since: 34, goneSince: 37),
      "ServiceCIDR": DeprecatedKind(since: 34, goneSince: 37),
    ],
    "resource.k8s.io/v1alpha3": ["DeviceTaintRule": DeprecatedKind(since: 36, goneSince: 39)],
    "resource.k8s.io/v1beta1": devices(DeprecatedKind(since: 35, goneSince: 38)),
    "resource.k8s.io/v1beta2": devices(DeprecatedKind(since: 36, goneSince: 39)),
    "storage.k8s.io/v1beta1": [
      "VolumeAttributesClass": DeprecatedKind(
        since: 34, goneSince: 37, replacement: "storage.k8s.io/v1 VolumeAttributesClass")
    ],
  ]

  private static func devices(_ deprecation: DeprecatedKind) -> [String: DeprecatedKind] {
    [
      "DeviceClass": deprecation, "ResourceClaim": deprecation,
      "ResourceClaimTemplate": deprecation, "ResourceSlice": deprecation,
    ]
  }
}
