import Foundations
import Logging
import Networking
import Security

let directory = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "/tmp/martlet"
let port = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 6443
let naming = ClusterNaming(
  nodeName: "dev", nodeAddresses: [IPAddress("127.0.0.1")!], clusterDomain: "cluster.local",
  apiServiceAddress: IPAddress("10.43.0.1")!)
let settings = ControlPlaneSettings(
  dataDirectory: directory, bindAddress: "127.0.0.1", advertisedAddress: "127.0.0.1", port: port,
  naming: naming, serviceRange: CIDR("10.43.0.0/16")!, nodePorts: 30000...32767)
let logger = Logger(label: "martlet")
let plane = try await ControlPlane.open(settings, logger: logger)
let kubeconfig = Kubeconfig(
  cluster: "martlet", server: "https://127.0.0.1:\(port)",
  authorityPEM: plane.credentials.clusterAuthority.certificatePEM, user: "admin",
  identity: plane.credentials[.admin])
try kubeconfig.write(to: "\(directory)/admin.kubeconfig")
try await plane.run { print("ready") }
