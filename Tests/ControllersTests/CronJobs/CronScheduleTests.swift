import Foundations
import Testing

@testable import Controllers

@Suite("When a schedule comes next")
struct CronScheduleTests {
  private func next(_ schedule: String, _ moment: String, _ zone: TimeZoneRules = .utc) -> String? {
    guard let moment = Timestamp(moment) else { return nil }
    return CronSchedule(schedule, zone: zone)?.next(after: moment)?.description
  }

  @Test(
    "fields",
    arguments: [
      ("* * * * *", "2026-11-23T15:04:05Z", "2026-11-23T15:05:00Z"),
      ("* * * * *", "2026-11-23T15:04:00Z", "2026-11-23T15:05:00Z"),
      ("*/15 * * * *", "2026-11-23T15:45:00Z", "2026-11-23T16:00:00Z"),
      ("5-20/5 * * * *", "2026-11-23T15:10:30Z", "2026-11-23T15:15:00Z"),
      ("5/20 * * * *", "2026-11-23T15:05:00Z", "2026-11-23T15:25:00Z"),
      ("0,30 9-17 * * mon-fri", "2026-11-20T17:30:00Z", "2026-11-23T09:00:00Z"),
      ("0 0 31 * *", "2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z"),
      ("0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
      ("59 23 31 DEC ?", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
      ("0 12 * JAN,jul SUN", "2026-11-23T00:00:00Z", "2027-01-03T12:00:00Z"),
    ])
  func fields(_ schedule: String, _ moment: String, _ expected: String) {
    #expect(next(schedule, moment) == expected)
  }

  @Test("of two restricted fields of days either is enough; with a star both count")
  func days() {
    // 2026-11-23 is a Monday.
    #expect(next("0 0 25 * fri", "2026-11-23T12:00:00Z") == "2026-11-25T00:00:00Z")
    #expect(next("0 0 25 * fri", "2026-11-25T12:00:00Z") == "2026-11-27T00:00:00Z")
    #expect(next("0 0 * * fri", "2026-11-23T12:00:00Z") == "2026-11-27T00:00:00Z")
    #expect(next("0 0 25 * *", "2026-11-25T12:00:00Z") == "2026-12-25T00:00:00Z")
    // A step takes the star its meaning.
    #expect(next("0 0 */2 * fri", "2026-11-23T12:00:00Z") == "2026-11-25T00:00:00Z")
  }

  @Test(
    "named schedules",
    arguments: [
      ("@hourly", "2026-11-23T16:00:00Z"), ("@daily", "2026-11-24T00:00:00Z"),
      ("@midnight", "2026-11-24T00:00:00Z"), ("@weekly", "2026-11-29T00:00:00Z"),
      ("@monthly", "2026-12-01T00:00:00Z"), ("@yearly", "2027-01-01T00:00:00Z"),
      ("@annually", "2027-01-01T00:00:00Z"), ("@every 1h30m", "2026-11-23T16:30:10Z"),
      ("@every 90s", "2026-11-23T15:01:40Z"), ("@every 10ms", "2026-11-23T15:00:11Z"),
      ("@every 1.5h", "2026-11-23T16:30:10Z"),
    ])
  func named(_ schedule: String, _ expected: String) {
    #expect(next(schedule, "2026-11-23T15:00:10Z") == expected)
  }

  @Test(
    "what is no schedule",
    arguments: [
      "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
      "* * * * 7", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,, * * * *", "@never",
      "@every", "@every x", "@every 5", "1-2-3 * * * *", "1/2/3 * * * *",
    ])
  func wrong(_ schedule: String) { #expect(CronSchedule(schedule) == nil) }

  @Test("a day that never comes is never next")
  func never() { #expect(next("0 0 30 2 *", "2026-11-23T00:00:00Z") == nil) }

  @Test("fields are about the zone's clocks, which skip an hour in spring and repeat one in autumn")
  func zones() throws {
    let berlin = try #require(TimeZoneRules(named: "Europe/Berlin"))
    #expect(next("0 9 * * *", "2026-07-01T00:00:00Z", berlin) == "2026-07-01T07:00:00Z")
    #expect(next("0 9 * * *", "2026-12-01T00:00:00Z", berlin) == "2026-12-01T08:00:00Z")
    // 02:30 does not come on 2026-03-29, and comes twice on 2026-10-25.
    #expect(next("30 2 * * *", "2026-03-28T12:00:00Z", berlin) == "2026-03-30T00:30:00Z")
    #expect(next("30 2 * * *", "2026-10-24T12:00:00Z", berlin) == "2026-10-25T00:30:00Z")
    #expect(next("30 2 * * *", "2026-10-25T00:30:00Z", berlin) == "2026-10-25T01:30:00Z")
    #expect(next("30 2 * * *", "2026-10-25T01:30:00Z", berlin) == "2026-10-26T01:30:00Z")
    #expect(next("0 0 1 * *", "2026-03-15T00:00:00Z", berlin) == "2026-03-31T22:00:00Z")
  }

  @Test("half hours ahead of UTC, and midnights that a change of the clocks takes away")
  func oddZones() throws {
    let kolkata = try #require(TimeZoneRules(named: "Asia/Kolkata"))
    #expect(next("15 6 * * *", "2026-11-23T00:00:00Z", kolkata) == "2026-11-23T00:45:00Z")
    // Chile's clocks go from 00:00 to 01:00 on 2026-09-06.
    let santiago = try #require(TimeZoneRules(named: "America/Santiago"))
    #expect(next("0 1 * * *", "2026-09-05T12:00:00Z", santiago) == "2026-09-06T04:00:00Z")
    #expect(next("0 0 * * *", "2026-09-05T12:00:00Z", santiago) == "2026-09-07T03:00:00Z")
  }
}
