import Resources
import Testing

@testable import NodeAgent

@Suite struct PodNamingTests {
  private let host = ResolverConfiguration(
    servers: ["192.0.2.53"], searches: ["example.org"], options: ["timeout:2"])

  private func resolver(_ edit: (inout Pod) -> Void) -> ResolverConfiguration {
    ResolverConfiguration(
      of: .sample(edit), host: host, clusterDNS: ["10.43.0.10"], clusterDomain: "cluster.local")
  }

  @Test("ClusterFirst asks the cluster, and searches its namespace first")
  func clusterFirst() {
    #expect(
      resolver { _ in }
        == ResolverConfiguration(
          servers: ["10.43.0.10"],
          searches: [
            "town.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.org",
          ],
          options: ["ndots:5"]))
  }

  @Test("pods on the host's network ask as the host does, unless told otherwise")
  func hostNetwork() {
    #expect(resolver { $0.spec.hostNetwork = true } == host)
    let asked = resolver {
      $0.spec.hostNetwork = true
      $0.spec.dnsPolicy = "ClusterFirstWithHostNet"
    }
    #expect(asked.servers == ["10.43.0.10"])
  }

  @Test("policy None takes the pod's own configuration only; others are added to")
  func ownConfiguration() {
    let own: Document = [
      "nameservers": ["1.1.1.1"], "searches": ["a.b"],
      "options": [["name": "ndots", "value": "2"], ["name": "edns0"]],
    ]
    let none = resolver {
      $0.spec.dnsPolicy = "None"
      $0.spec.dnsConfig = PodDNSConfig(own)
    }
    #expect(
      none
        == ResolverConfiguration(
          servers: ["1.1.1.1"], searches: ["a.b"], options: ["ndots:2", "edns0"]))
    let added = resolver { $0.spec.dnsConfig = PodDNSConfig(own) }
    #expect(added.servers == ["10.43.0.10", "1.1.1.1"])
    #expect(added.options == ["ndots:2", "edns0"])
    #expect(added.searches.last == "a.b")
  }

  @Test("resolv.conf is read as resolv.conf(5) has it")
  func parsing() {
    let text = """
      # comment
      nameserver 9.9.9.9
      domain x.org
      search a.org b.org
      options ndots:1 rotate
      nameserver 8.8.8.8
      """
    #expect(
      ResolverConfiguration(parsing: text)
        == ResolverConfiguration(
          servers: ["9.9.9.9", "8.8.8.8"], searches: ["a.org", "b.org"],
          options: ["ndots:1", "rotate"]))
  }

  @Test("a pod's name, host name and subdomain make what it calls itself")
  func hostname() {
    func name(_ edit: (inout Pod) -> Void) -> PodHostname {
      PodHostname(of: .sample(edit), clusterDomain: "cluster.local")
    }
    #expect(name { _ in }.name == "shop")
    #expect(name { $0.spec.hostname = "till" }.name == "till")
    let long = name { $0.metadata.name = String(repeating: "a", count: 62) + "-bcd" }
    #expect(long.name == String(repeating: "a", count: 62))
    let full = name {
      $0.spec.hostname = "till"
      $0.spec.subdomain = "street"
    }
    #expect(full.domainName == "till.street.town.svc.cluster.local")
    #expect(full.name == "till")
    let asName = name {
      $0.spec.subdomain = "street"
      $0.spec.setHostnameAsFQDN = true
    }
    #expect(asName.name == "shop.street.town.svc.cluster.local")
  }

  @Test("/etc/hosts names the pod and its aliases")
  func hostTable() {
    let pod = Pod.sample {
      $0.spec.subdomain = "street"
      $0.spec.hostAliases = [HostAlias(["ip": "1.2.3.4", "hostnames": ["foo", "bar"]])]
    }
    let text = HostTable.text(
      for: pod, podIPs: ["10.0.0.9"],
      hostname: PodHostname(of: pod, clusterDomain: "cluster.local"), hostTable: "")
    #expect(text.hasPrefix("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n"))
    #expect(text.contains("10.0.0.9\tshop.street.town.svc.cluster.local\tshop\n"))
    #expect(text.hasSuffix("# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n"))
    let onHost = HostTable.text(
      for: .sample { $0.spec.hostNetwork = true }, podIPs: ["192.0.2.1"],
      hostname: PodHostname(of: pod, clusterDomain: "cluster.local"),
      hostTable: "127.0.0.1 localhost")
    #expect(
      onHost == "# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n")
  }
}
