import Foundations
import Testing

@testable import CEL

@Suite struct LibraryTests {
  @Test(
    "texts are looked into and taken apart",
    arguments: [
      "'hello'.contains('ell') && 'hello'.startsWith('he') && 'hello'.endsWith('lo')",
      "'tacocat'.charAt(3) == 'o' && 'abc'.charAt(3) == ''", "'hello'.indexOf('l') == 2",
      "'hello'.indexOf('l', 3) == 3 && 'hello'.indexOf('z') == -1 && 'hello'.lastIndexOf('l') == 3",
      "'hello'.lastIndexOf('l', 2) == 2 && 'abc'.lastIndexOf('') == 3",
      "'TacoCat'.lowerAscii() == 'tacocat'",
      "'TacoCÆt'.upperAscii() == 'TACOCÆT'", "'hello hello'.replace('he', 'we') == 'wello wello'",
      "'hello hello'.replace('he', 'we', 1) == 'wello hello'", "'ab'.replace('', '_') == '_a_b_'",
      "'a b c'.split(' ') == ['a', 'b', 'c'] && 'a b c'.split(' ', 2) == ['a', 'b c']",
      "'abc'.split('') == ['a', 'b', 'c'] && 'a b'.split(' ', 0) == []",
      "'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco'",
      "'  x '.trim() == 'x'",
      "['a', 'b'].join() == 'ab' && ['a', 'b'].join('-') == 'a-b'", "'abc'.reverse() == 'cba'",
      "strings.quote('a\"b') == '\"a\\\\\"b\"'", "base64.encode(b'hello') == 'aGVsbG8='",
      "base64.decode('aGVsbG8') == b'hello'",
    ])
  func strings(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "texts are formatted",
    arguments: [
      "'%s is %d'.format(['a', 3]) == 'a is 3'",
      "'%.2f'.format([1.005]) == '1.00' && '%e'.format([1.5]) == '1.500000e+00'",
      "'%x %X %b %o'.format([255, 255, 5, 8]) == 'ff FF 101 10'",
      "'%s'.format([[1, 'a', true]]) == '[1, a, true]'",
      "'%s'.format([{'b': 1, 'a': 2}]) == '{a: 2, b: 1}'", "'100%%'.format([]) == '100%'",
      "'%x'.format(['hi']) == '6869'", "'%s'.format([duration('1m')]) == '60s'",
    ])
  func formatting(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "lists, sets and numbers",
    arguments: [
      "[1, 2, 2].isSorted() && !['b', 'a'].isSorted() && [].isSorted()",
      "[1, 2].sum() == 3 && [].sum() == 0",
      "[1.5, 2.0].max() == 2.0 && ['b', 'a'].min() == 'a'",
      "[1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2",
      "sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && sets.intersects([1], [1, 2])",
      "!sets.contains([1], [2]) && sets.contains([1], [])",
      "math.greatest(1, 3.5, 2) == 3.5 && math.least([3, 1]) == 1",
      "math.ceil(1.2) == 2.0 && math.floor(-1.2) == -2.0 && math.round(1.5) == 2.0 && math.trunc(-1.9) == -1.0",
      "math.abs(-3) == 3 && math.sign(-2.0) == -1.0 && math.sqrt(16) == 4.0 && !math.isNaN(1.0)",
      "math.bitAnd(6, 3) == 2 && math.bitOr(4, 1) == 5 && math.bitShiftLeft(1, 4) == 16 && math.bitNot(0) == -1",
      "'abc 123'.find('[0-9]+') == '123' && '1 2 3'.findAll('[0-9]') == ['1', '2', '3']",
      "'1 2 3'.findAll('[0-9]', 2) == ['1', '2'] && 'abc'.find('x') == '' && 'abc'.matches('^a.c$')",
    ])
  func collections(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test(
    "quantities, addresses, URLs and versions",
    arguments: [
      "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('500m').isLessThan(quantity('1'))",
      "quantity('50k').add(20).compareTo(quantity('50020')) == 0 && isQuantity('1.3Gi') && !isQuantity('x')",
      "quantity('50').sub(quantity('20')) == quantity('30') && quantity('-1').sign() == -1",
      "quantity('50000000G').isInteger() && quantity('50k').asInteger() == 50000 && quantity('1500m').asApproximateFloat() == 1.5",
      "ip('127.0.0.1').isLoopback() && ip('::1').family() == 6 && isIP('10.0.0.1') && !isIP('10.0.0.256')",
      "ip('2001:db8::abcd').isGlobalUnicast() && ip('fe80::1').isLinkLocalUnicast() && ip('0.0.0.0').isUnspecified()",
      "ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD') && string(ip('10.0.0.1')) == '10.0.0.1'",
      "!isIP('::ffff:1.2.3.4') && type(ip('10.0.0.1')) == net.IP",
      "cidr('192.168.0.0/24').containsIP('192.168.0.1') && cidr('192.168.0.0/24').containsIP(ip('192.168.0.1'))",
      "cidr('192.168.0.0/24').containsCIDR('192.168.0.0/25') && cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24')",
      "cidr('192.168.0.1/24').ip() == ip('192.168.0.1') && cidr('::1/128').prefixLength() == 128 && !isCIDR('10.0.0.0/33')",
      "url('https://user@example.com:80/a%20b?k=v&k=w').getHost() == 'example.com:80' && isURL('/absolute') && !isURL('../rel')",
      "url('https://example.com:80/').getHostname() == 'example.com' && url('https://[::1]:80/').getHostname() == '::1'",
      "url('https://e.com/a%20b').getEscapedPath() == '/a%20b' && !isURL('https://e.com/a b')",
      "url('https://e.com/p?k=v&k=w').getQuery() == {'k': ['v', 'w']} && url('https://e.com').getPort() == ''",
      "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-alpha').isLessThan(semver('1.0.0'))",
      "semver('v1.2', true).compareTo(semver('1.2.0')) == 0 && !isSemver('v1.2.3') && semver('3.4.5').minor() == 4",
      "semver('1.0.0-2').isLessThan(semver('1.0.0-10')) && !isSemver('01.2.3')",
      "!format.dns1123Label().validate('my-name').hasValue() && format.dns1123Label().validate('My').hasValue()",
      "format.named('uuid').value().validate('x').hasValue() && !format.named('none').hasValue()",
      "!format.qualifiedName().validate('example.com/name').hasValue() && jsonpatch.escapeKey('a/b~c') == 'a~1b~0c'",
    ])
  func kinds(_ source: String) throws {
    #expect(try Sample.value(source).isTrue)
  }

  @Test("the authorizer is asked what the expression puts together")
  func authorizer() throws {
    let authorizer = AuthorizerValue { question in
      var wanted = AccessQuestion()
      wanted.group = "apps"
      wanted.resource = "deployments"
      wanted.namespace = "n"
      wanted.verb = "get"
      return AccessAnswer(isAllowed: question == wanted, reason: "asked")
    }
    let environment = Environment(variables: ["authorizer": .opaque(authorizer.typeName)])
    func isTrue(_ source: String) throws -> Bool {
      var budget = CostBudget.object
      return try environment.compile(source).evaluate(["authorizer": .opaque(authorizer)], &budget)
        .isTrue
    }
    let question = "authorizer.group('apps').resource('deployments').namespace('n')"
    #expect(try isTrue("\(question).check('get').allowed()"))
    #expect(try !isTrue("\(question).check('list').allowed()"))
    #expect(try isTrue("authorizer.path('/x').check('get').reason() == 'asked'"))
  }
}
