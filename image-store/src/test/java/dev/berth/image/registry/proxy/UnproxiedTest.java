package dev.berth.image.registry.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnproxiedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                | https://a.example          | true",
                "a.example        | https://A.example          | true",
                "a.example        | https://b.a.example        | true",
                "a.example        | https://ba.example         | false",
                ".a.example       | https://b.a.example        | true",
                ".a.example       | https://a.example          | false",
                "*.a.example      | https://b.a.example        | true",
                "b, A.EXAMPLE     | https://a.example          | true",
                "a.example:5000   | https://a.example:5000     | true",
                "a.example:5000   | https://a.example          | false",
                "a.example:443    | https://a.example          | true",
                "10.0.0.0/8       | http://10.9.8.7            | true",
                "10.0.0.0/8       | http://11.9.8.7            | false",
                "10.0.0.0/99      | http://10.9.8.7            | false",
                "10.9.8.7         | http://10.9.8.7:5000       | true",
                "10.0.0.0/8       | http://10.example          | false",
                "fd00::/8         | http://[fd12::1]:5000      | true",
                "fd00::/8         | http://[fe12::1]:5000      | false",
                "[fd12::1]:5000   | http://[fd12::1]:5000      | true",
                "''               | https://a.example          | false"
            })
    void rulesAreMatchedAsOtherProgramsMatchThem(String list, String place, boolean matches) {
        assertEquals(matches, Unproxied.parse(list).matches(URI.create(place)));
    }
}
