"""Reports in the words of each runner: one passed, failing and skipped test as it writes them."""

from __future__ import annotations

PYTEST = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="5"
time="0.250" timestamp="2026-03-08T14:30:00.000000" hostname="box"><testcase classname="tests.files.test_config" name="test_load" time="0.001" /><testcase
classname="tests.files.test_config.TestLoad" name="test_bad[a-1]" file="tests/files/test_config.py" line="4" time="0.002"><failure
message="AssertionError: assert 1 == 2&#10;  +  where 1 = f()">def test_bad():
&gt;       helper()

tests/files/test_config.py:6:
_ _ _
src/config.py:2: AssertionError</failure></testcase><testcase classname="tests.files.test_config" name="test_raises" time="0.002"><failure
message="Failed: DID NOT RAISE ValueError">tests/files/test_config.py:8: Failed</failure></testcase><testcase classname="tests.files.test_config" name="test_fixture"
time="0"><error message="failed on setup with &quot;KeyError: 'x'&quot;">file /x, line 1</error></testcase><testcase classname="tests.files.test_config"
name="test_later" time="0"><skipped type="pytest.skip" message="later">x</skipped></testcase></testsuite></testsuites>"""

VITEST = """<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="3" failures="1" errors="0" time="0.2">
  <testsuite name="tests/parser.test.ts" timestamp="2026-03-08T14:30:00.000Z" hostname="box" tests="2" failures="1" errors="0" skipped="0" time="0.1">
    <testcase classname="tests/parser.test.ts" name="trim &gt; returns all" time="0.01">
      <failure message="expected [] to have a length of 2 but got +0 // Object.is equality" type="AssertionError">
AssertionError: expected [] to have a length of 2 but got +0
 ❯ src/parser.ts:1:9
 ❯ tests/parser.test.ts:3:15
      </failure>
    </testcase>
    <testcase classname="tests/parser.test.ts" name="trim &gt; works" time="0.01"></testcase>
  </testsuite>
  <testsuite name="tests/other.test.ts" tests="1" failures="0" errors="0" skipped="1" time="0.1">
    <testcase classname="tests/other.test.ts" name="later" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>"""

JEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="2" failures="1" errors="0" time="1.2">
  <testsuite name="sum" errors="0" failures="1" skipped="0" timestamp="2026-03-08T14:30:00" time="0.9" tests="2">
    <testcase classname="sum adds" name="sum adds" time="0.003" file="tests/sum.test.js">
      <failure>Error: expect(received).toBe(expected) // Object.is equality

Expected: 3
Received: 4
    at add (ROOT/src/sum.js:1:7)
    at Object.&lt;anonymous&gt; (ROOT/tests/sum.test.js:2:15)
    at run (ROOT/node_modules/jest/build/index.js:1:1)</failure>
    </testcase>
    <testcase classname="sum subtracts" name="sum subtracts" time="0.001" file="tests/sum.test.js"></testcase>
  </testsuite>
</testsuites>"""

SUREFIRE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/surefire-test-report.xsd"
 name="com.acme.BarTest" time="1,000.5" tests="3" errors="1" skipped="1" failures="0">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="good" classname="com.acme.BarTest" time="0.1"/>
  <testcase name="bad" classname="com.acme.BarTest" time="0.1">
    <error message="boom" type="java.lang.IllegalStateException"><![CDATA[java.lang.IllegalStateException: boom
\tat com.acme.Bar.run(Bar.java:3)
\tat com.acme.BarTest.bad(BarTest.java:4)
\tat org.junit.Runner.run(Runner.java:9)]]></error>
    <system-out>lots</system-out>
  </testcase>
  <testcase name="later" classname="com.acme.BarTest" time="0"><skipped message="x"/></testcase>
</testsuite>"""

GOTESTSUM = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" time="0.4">
  <testsuite tests="2" failures="1" time="0.4" name="example.com/acme/pkg/store" timestamp="2026-03-08T14:30:00Z">
    <properties><property name="go.version" value="go1.22 linux/amd64"></property></properties>
    <testcase classname="example.com/acme/pkg/store" name="TestPut" time="0.000">
      <failure message="Failed" type="">=== RUN   TestPut&#xA;    store_test.go:3: got 1, want 2&#xA;--- FAIL: TestPut (0.00s)&#xA;</failure>
    </testcase>
    <testcase classname="example.com/acme/pkg/store" name="TestGet" time="0.000"></testcase>
  </testsuite>
</testsuites>"""

NEXTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="2" failures="1" errors="0" uuid="1" timestamp="2026-03-08T14:30:00.000+00:00" time="0.1">
    <testsuite name="acme" tests="2" disabled="0" errors="0" failures="1">
        <testcase name="tests::adds" classname="acme" time="0.01"></testcase>
        <testcase name="tests::fails" classname="acme" time="0.01">
            <failure message="thread 'tests::fails' panicked at src/lib.rs:4:9" type="test failure with exit code 101">thread 'tests::fails' panicked at src/lib.rs:4:9:
assertion `left == right` failed
  left: 1</failure>
        </testcase>
    </testsuite>
</testsuites>"""

PHPUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="phpunit.xml" tests="2" assertions="2" errors="0" failures="1" skipped="0" time="0.02">
    <testsuite name="unit" tests="2" assertions="2" errors="0" failures="1" skipped="0" time="0.02">
      <testsuite name="Tests\\FooTest" file="ROOT/tests/FooTest.php" tests="2" assertions="2" errors="0" failures="1" skipped="0" time="0.02">
        <testcase name="testGood" file="ROOT/tests/FooTest.php" line="2" class="Tests\\FooTest" classname="Tests.FooTest" assertions="1" time="0.01"/>
        <testcase name="testBad" file="ROOT/tests/FooTest.php" line="3" class="Tests\\FooTest" classname="Tests.FooTest" assertions="1" time="0.01">
          <failure type="PHPUnit\\Framework\\ExpectationFailedException">Tests.FooTest::testBad
Failed asserting that false is true.

ROOT/tests/FooTest.php:4</failure>
        </testcase>
      </testsuite>
    </testsuite>
  </testsuite>
</testsuites>"""

CLAIMS = (
    """<testsuites><testsuite name="a" tests="5" failures="1" errors="1" skipped="1"/><testsuite name="b" tests="2" failures="0"/></testsuites>"""
)

GTEST = """<testsuites tests="3" failures="1" disabled="1" errors="0" time="0.01" name="AllTests"><testsuite name="Math" tests="3" failures="1" disabled="1">
<testcase name="Adds" file="tests/math_test.cc" line="3" status="run" result="completed" time="0" classname="Math"/>
<testcase name="Off" status="notrun" result="suppressed" time="0" classname="Math"/>
<testcase name="Fails" file="tests/math_test.cc" line="4" status="run" result="completed" time="0" classname="Math">
<failure message="tests/math_test.cc:4&#x0A;Expected: 1" type=""><![CDATA[tests/math_test.cc:4
Expected: 1]]></failure></testcase></testsuite></testsuites>"""
