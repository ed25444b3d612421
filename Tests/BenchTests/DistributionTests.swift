import Testing

@testable import Bench

@Suite struct DistributionTests {
  @Test(
    "a percentile is the nearest rank's sample",
    arguments: [(1, 1), (50, 50), (99, 99), (100, 100)])
  func percentiles(_ percent: Int, _ expected: Int) {
    let samples = (1...100).reversed().map { Duration.microseconds($0) }
    #expect(Distribution(samples).percentile(percent) == .microseconds(expected))
  }

  @Test("few samples give the next higher one, none give nothing")
  func fewSamples() {
    #expect(Distribution([.seconds(1), .seconds(3)]).percentile(50) == .seconds(1))
    #expect(Distribution([.seconds(1), .seconds(3)]).percentile(51) == .seconds(3))
    #expect(Distribution([]).percentile(50) == nil)
  }
}
