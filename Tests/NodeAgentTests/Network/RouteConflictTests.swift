import Foundations
import Testing

@testable import NodeAgent

@Suite("Routes that compete with the pods' own")
struct RouteConflictTests {
  private let podCIDR = CIDR("10.42.0.0/24")!  // a constant

  private func conflict(_ line: String) -> String? {
    let table = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\n" + line
    return RouteConflict.find(in: table, podCIDR: podCIDR, bridge: "martlet0").map {
      "\($0.destination) \($0.interface)"
    }
  }

  @Test("the same network or a part of it through another interface is one")
  func conflicts() {
    #expect(conflict("old0\t00002A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0") == "10.42.0.0/24 old0")
    #expect(conflict("vpn0\t05002A0A\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0") == "10.42.0.5/32 vpn0")
  }

  @Test("a wider network, another one, the default route and the bridge's own are none")
  func none() {
    #expect(conflict("vpn0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0") == nil)
    #expect(conflict("eth0\t00002B0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0") == nil)
    #expect(conflict("eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0") == nil)
    #expect(conflict("martlet0\t00002A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0") == nil)
  }

  @Test("the message names what to do")
  func message() {
    let conflict = RouteConflict(
      destination: podCIDR, interface: "old0", podCIDR: podCIDR)
    #expect(conflict.description.contains("ip route del 10.42.0.0/24 dev old0"))
  }
}
