package import Foundations

/// The names and addresses that a cluster's certificates speak of.
package struct ClusterNaming: Equatable, Sendable {
  package var nodeName: String
  /// Where this machine is reached, without loopback.
  package var nodeAddresses: [IPAddress]
  /// `cluster.local`.
  package var clusterDomain: String
  /// The cluster IP of the service `kubernetes.default`: the first of the service block.
  package var apiServiceAddress: IPAddress
  /// Further names and addresses under which users reach the API server.
  package var extraServerNames: [String]

  package init(
    nodeName: String, nodeAddresses: [IPAddress], clusterDomain: String,
    apiServiceAddress: IPAddress, extraServerNames: [String] = []
  ) {
    self.nodeName = nodeName
    self.nodeAddresses = nodeAddresses
    self.clusterDomain = clusterDomain
    self.apiServiceAddress = apiServiceAddress
    self.extraServerNames = extraServerNames
  }

  /// Host names are compared in lower case, and certificates hold them so.
  var serverNames: [String] {
    let service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"]
    let extra = extraServerNames.filter { IPAddress($0) == nil }
    return service
      + ["kubernetes.default.svc.\(clusterDomain)", "localhost", nodeName.lowercased()]
      + extra.map { $0.lowercased() }
  }

  var serverAddresses: [IPAddress] {
    // Constants that parse.
    [IPAddress("127.0.0.1")!, IPAddress("::1")!, apiServiceAddress] + nodeAddresses
      + extraServerNames.compactMap { IPAddress($0) }
  }
}
