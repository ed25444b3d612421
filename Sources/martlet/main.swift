import APIServer
import Foundations
import Logging
import NIOPosix
import Networking
import NodeAgent
import Security

let directory = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "/tmp/martlet"
let port = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 6443
let address = HostAddress.primary ?? "127.0.0.1"
let naming = ClusterNaming(
  nodeName: "dev", nodeAddresses: [IPAddress(address)!], clusterDomain: "cluster.local",
  apiServiceAddress: IPAddress("10.43.0.1")!)
let settings = ControlPlaneSettings(
  dataDirectory: directory, bindAddress: "0.0.0.0", advertisedAddress: address, port: port,
  naming: naming, serviceRange: CIDR("10.43.0.0/16")!, nodePorts: 30000...32767)
let logger = Logger(label: "martlet")
let plane = try await ControlPlane.open(settings, logger: logger)
let kubeconfig = Kubeconfig(
  cluster: "martlet", server: "https://127.0.0.1:\(port)",
  authorityPEM: plane.credentials.clusterAuthority.certificatePEM, user: "admin",
  identity: plane.credentials[.admin])
try kubeconfig.write(to: "\(directory)/admin.kubeconfig")
let nodeSettings = NodeSettings(
  name: "dev", address: address, dataDirectory: directory, runDirectory: "/run/martlet-lead",
  runtimeSocket: nil, programPath: "", bridge: "martlet9", podCIDR: CIDR("10.42.0.0/24")!,
  servingPort: 10250, podsMax: 110, version: settings.kubernetesVersion,
  serving: ServerTLS.Material(
    certificateChainPEM: plane.credentials[.nodeServer].certificateChainPEM,
    privateKeyPEM: plane.credentials[.nodeServer].privateKeyPEM.exposed,
    clientAuthorityPEM: plane.credentials.clusterAuthority.certificatePEM))
let node = try await NodeStack.start(nodeSettings, logger: logger)
let client = plane.api.client
try await plane.run {
  try await node.run(client) { print("ready") }
}
