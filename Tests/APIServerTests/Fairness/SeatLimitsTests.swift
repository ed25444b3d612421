import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Seats of priority levels, and what requests weigh")
struct SeatLimitsTests {
  private static let defaults = DefaultFlowControl.all.entries
    .filter { $0.resource == .priorityLevelConfigurations }
    .map { PriorityLevelSettings($0.object) }

  @Test("the server's seats are shared out by shares, with what may be lent and borrowed")
  func nominal() {
    let limits = Dictionary(
      uniqueKeysWithValues: zip(
        Self.defaults.map(\.name), SeatLimits.nominal(of: Self.defaults, total: 600)))
    // Of 245 shares. Source: kube-apiserver's apiserver_flowcontrol_nominal_limit_seats.
    #expect(limits["exempt"] == SeatLimits(nominal: 0, least: 0, most: 600))
    #expect(limits["catch-all"] == SeatLimits(nominal: 13, least: 13, most: 613))
    #expect(limits["system"] == SeatLimits(nominal: 74, least: 50, most: 674))
    #expect(limits["node-high"] == SeatLimits(nominal: 98, least: 73, most: 698))
    #expect(limits["leader-election"] == SeatLimits(nominal: 25, least: 25, most: 625))
    #expect(limits["workload-low"] == SeatLimits(nominal: 245, least: 24, most: 845))
    #expect(limits["global-default"] == SeatLimits(nominal: 49, least: 24, most: 649))
  }

  private func demand(_ nominal: Int, _ least: Int, _ most: Int, peak: Int) -> SeatLimits.Demand {
    SeatLimits.Demand(limits: SeatLimits(nominal: nominal, least: least, most: most), peak: peak)
  }

  @Test("who waits gets what others may lend and do not need")
  func lending() {
    let busy = SeatLimits.lent([demand(50, 25, 650, peak: 400), demand(50, 20, 650, peak: 0)])
    #expect(busy == [80, 20])
    // The owner needed 40 of its 50 just before.
    #expect(
      SeatLimits.lent([demand(50, 25, 650, peak: 400), demand(50, 20, 650, peak: 40)]) == [60, 40])
    // It wants more than it has: nobody lends.
    #expect(
      SeatLimits.lent([demand(50, 25, 650, peak: 400), demand(50, 20, 650, peak: 90)]) == [50, 50])
  }

  @Test("nobody borrows more than it may, nor lends more")
  func bounds() {
    #expect(
      SeatLimits.lent([demand(10, 10, 10, peak: 400), demand(50, 0, 650, peak: 0)]) == [10, 50])
    #expect(
      SeatLimits.lent([demand(10, 10, 15, peak: 400), demand(50, 0, 650, peak: 0)]) == [15, 45])
    #expect(
      SeatLimits.lent([demand(10, 10, 999, peak: 400), demand(50, 50, 650, peak: 0)]) == [10, 50])
    #expect(SeatLimits.lent([demand(0, 0, 600, peak: 5), demand(10, 0, 600, peak: 0)]) == [10, 0])
    #expect(SeatLimits.lent([]) == [])
  }

  @Test("what is lent goes to those who wait by what they want")
  func proportion() {
    let seats = SeatLimits.lent([
      demand(10, 10, 600, peak: 300), demand(10, 10, 600, peak: 100), demand(100, 0, 600, peak: 0),
    ])
    #expect(seats == [90, 30, 0])
  }

  // MARK: Weights

  private func seats(_ verb: APICall.Verb, _ query: String, of count: Int?) throws -> Int {
    try SeatEstimate.seats(verb, RequestTarget("/a?\(query)").query) { count }
  }

  @Test("a list weighs by its objects, within bounds, and a read or write of one object is one")
  func weights() throws {
    for verb in [APICall.Verb.get, .create, .update, .patch, .delete] {
      #expect(try seats(verb, "", of: 100_000) == 1)
    }
    #expect(try seats(.list, "", of: 0) == 1)
    #expect(try seats(.list, "", of: 100) == 1)
    #expect(try seats(.list, "", of: 101) == 2)
    #expect(try seats(.list, "", of: 5_000) == 10)
    #expect(try seats(.list, "", of: nil) == 1)
    #expect(try seats(.list, "limit=250", of: 5_000) == 3)
    #expect(try seats(.list, "limit=x", of: 5_000) == 10)
    #expect(try seats(.list, "fieldSelector=metadata.name%3Da", of: 5_000) == 1)
    #expect(try seats(.deletecollection, "limit=1", of: 5_000) == 10)
  }

  @Test("a watch weighs where it begins with the objects there are")
  func watches() throws {
    #expect(try seats(.watch, "", of: 5_000) == 10)
    #expect(try seats(.watch, "resourceVersion=0", of: 5_000) == 10)
    #expect(try seats(.watch, "resourceVersion=7", of: 5_000) == 1)
    #expect(try seats(.watch, "resourceVersion=7&sendInitialEvents=true", of: 5_000) == 10)
  }

  @Test("no request takes more of a level than leaves room for others' hands")
  func widths() {
    let level = Self.defaults.first { $0.name == "global-default" }
    #expect(level?.requestSeatsMax(nominalSeats: 49) == 8)
    #expect(level?.requestSeatsMax(nominalSeats: 600) == 10)
    #expect(level?.requestSeatsMax(nominalSeats: 1) == 1)
  }
}
