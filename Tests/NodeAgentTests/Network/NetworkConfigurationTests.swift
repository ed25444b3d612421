import Foundations
import Testing

@testable import NodeAgent

@Suite struct NetworkConfigurationTests {
  @Test("the plugins are told of bridge, range, and host ports, and the bytes repeat")
  func configuration() throws {
    let network = NetworkConfiguration(
      bridge: "martlet0", podCIDRs: [CIDR("10.42.0.0/24")!], addressDirectory: "/run/martlet/a")
    let text = String(decoding: try network.rendered(), as: UTF8.self)
    #expect(text.contains(#""subnet" : "10.42.0.0/24""#))
    #expect(text.contains(#""hairpinMode" : true"#))
    #expect(text.contains(#""portMappings" : true"#))
    #expect(!text.contains("ipMasq"))
    #expect(try network.rendered() == Array(text.utf8))
  }

  @Test("what stays in the cluster keeps its address, what leaves takes the node's")
  func masquerade() {
    let masquerade = PodMasquerade(
      podCIDRs: [CIDR("10.42.1.0/24")!], clusterCIDRs: [CIDR("10.42.0.0/16")!])
    #expect(
      masquerade.rendered.contains(
        "ip saddr 10.42.1.0/24 ip daddr != { 10.42.0.0/16, 224.0.0.0/4 } masquerade"))
  }

  @Test(
    "nft takes the rules, twice, and their removal, twice", .tags(.realRuntime),
    .enabled(if: RealRuntime.isPossible, "\(RealRuntime.obstacle ?? "")"))
  func kernel() async throws {
    // In a network namespace of its own, which ends with the command.
    let masquerade = PodMasquerade(
      table: "martlet_test", podCIDRs: [CIDR("10.42.1.0/24")!, CIDR("fd42::/64")!],
      clusterCIDRs: [CIDR("10.42.0.0/16")!, CIDR("fd42::/48")!])
    var command = Command("unshare", ["-n", "nft", "-f", "/dev/stdin"])
    command.input = Array((masquerade.rendered + masquerade.rendered).utf8)
    let outcome = try await command.run()
    #expect(outcome.exitCode == 0, "\(outcome.complaint)")
  }

  @Test("the port mapping plugin's chains go when no port is mapped, and only then")
  func portMapping() {
    let unused = """
      -P PREROUTING ACCEPT
      -N OTHER
      -N CNI-HOSTPORT-DNAT
      -N CNI-HOSTPORT-SETMARK
      -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
      -A PREROUTING -j OTHER
      -A CNI-HOSTPORT-SETMARK -m comment --comment "CNI mark" -j MARK --set-xmark 0x2000/0x2000
      """
    #expect(
      PortMappingRemains.removal(ofRules: unused) == """
        *nat
        -D PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
        -F CNI-HOSTPORT-DNAT
        -F CNI-HOSTPORT-SETMARK
        -X CNI-HOSTPORT-DNAT
        -X CNI-HOSTPORT-SETMARK
        COMMIT

        """)
    let used = unused + "\n-A CNI-HOSTPORT-DNAT -p tcp -j CNI-DN-1"
    #expect(PortMappingRemains.removal(ofRules: used) == "")
    #expect(PortMappingRemains.removal(ofRules: "-P PREROUTING ACCEPT\n") == "")
  }
}
