#!/usr/bin/env python3
"""Nasty texts, a line of JSON each: a name, and the bytes as a string of characters U+0000 to U+00FF. main.go says what Go makes of
them. A text of the groups pod_* is an object, and is read as a Pod too."""

import json


def number(text):
    return [f"[{text}]".encode(), text.encode()]


def string(*contents):
    return [b'["' + c + b'"]' for c in contents]


def metadata(*members):
    return [b'{"metadata":{"name":"p",' + m.encode() + b"}}" for m in members]


def spec(*members):
    return [b'{"metadata":{"name":"p"},"spec":{' + m.encode() + b"}}" for m in members]


def amounts(*texts):
    return spec(*('"containers":[{"name":"c","resources":{"requests":{"cpu":' + t + "}}}]" for t in texts))


def nested(opening, depth, closing):
    return opening * depth + closing * depth


GROUPS = {
    "sound": [b"{}", b"[]", b"null", b"true", b"false", b'""', b"0", b'{"a":{"b":[1,2.5,"x",null,true]}}', b" \t\r\n[ 1 ,\n2 ]\r\n ",
              b'{"":0}', b'{"a":1,"b":1}', b'[[[[]]]]', b'"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"'],
    "empty": [b"", b" ", b"\n", b"\t\t", b"\x00", b" \x00", b"\x00[]"],
    "words": [b"nul", b"nulll", b"Null", b"NULL", b"tru", b"truee", b"True", b"TRUE", b"fals", b"False", b"none", b"undefined", b"nil",
              b"NaN", b"nan", b"Infinity", b"-Infinity", b"inf", b"[NaN]", b"[Infinity]", b"a", b"'a'", b"[a]", b"{a:1}", b"{'a':1}"],
    "list": [b"[", b"]", b"[1", b"[1,", b"[1,]", b"[,]", b"[,1]", b"[1,,2]", b"[1 2]", b"[1\n2]", b"[1:2]", b"[1;2]", b"[}", b"[1}",
             b"[[]", b"[]]", b"[] []", b"[],", b",[]", b"[1]x", b"[1] 2", b"[1],[2]", b"()", b"[/**/]", b"[1]//x", b"[1]#x", b"[\x0b1]",
             b"[\x0c1]", b"[\xc2\xa01]", b"[1\x00]", b"[1]\x00", b"\xe2\x80\x8b[]"],
    "object": [b"{", b"}", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b'{"a":1,}', b'{,"a":1}', b"{,}", b'{"a"}', b'{"a",1}', b'{"a" 1}',
               b'{"a"::1}', b'{"a":1:2}', b'{"a":1 "b":2}', b'{"a":1,,"b":2}', b'{"a":1;"b":2}', b'{1:2}', b"{null:1}", b"{true:1}",
               b"{[]:1}", b"{{}:1}", b'{"a":1}}', b'{"a":1}{', b'{"a":1} {"b":2}', b'{"a":1]', b'{"a":}', b'{:1}', b'{"a":1/*x*/}',
               b'{"a":1}\xef\xbb\xbf'],
    "twice": [b'{"a":1,"a":2}', b'{"a":{"x":1},"a":{"y":2}}', b'{"a":[1,2],"a":[3]}', b'{"a":1,"a":null}', b'{"a":1,"A":2}',
              b'{"\\u0061":1,"a":2}', b'{"":1,"":2}', b'{"a":1,"b":{"a":2,"a":3},"a":4}'],
    "number": sum((number(t) for t in (
        "-0", "-1", "01", "-01", "00", "+1", "--1", "-", "+", "1.", ".5", "-.5", "1.5.5", "1e", "1e+", "1e-", "e1", "1e1.5", "1 000", "1_000",
        "0x10", "0b1", "0o7", "1,5", "1a", "-a", "1e400", "-1e400", "0e400", "1e-400", "1E5", "1e05", "1e+05")), []) + [
        b"[" + t + b"]" for t in (
            b"0.0", b"-0.0", b"1.0", b"100e-2", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808",
            b"-9223372036854775809", b"18446744073709551615", b"18446744073709551616", b"9007199254740993", b"9007199254740993.0",
            b"0.1", b"1e308", b"1.7976931348623157e308", b"1.7976931348623159e308", b"1e309", b"4.9e-324", b"2e-324", b"1e-2147483648",
            b"1e2147483648", b"1e99999999999999999999", b"1e-99999999999999999999", b"0." + b"0" * 400 + b"1", b"1" + b"0" * 308,
            b"1" + b"0" * 309, b"1" + b"0" * 400, b"-1" + b"0" * 400, b"1" + b"0" * 400 + b"e-400", b"0." + b"0" * 400 + b"1e400",
            b"0." + b"0" * 400 + b"1e-2147483639", b"0.3" + b"3" * 400, b"123456789012345678901234567890", b"1\xef\xbc\x91", b"\xef\xbc\x91")],
    "string": [b'"', b'"a', b'["', b'["a]', b'"a"b"', b'"a""b"'] + string(
        b"\x00", b"\x01", b"\x1f", b"\t", b"\n", b"\r", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\\", b'\\"', b"\\\\", b"\\/", b"\\b\\f\\n\\r\\t",
        b"\\a", b"\\v", b"\\e", b"\\0", b"\\x41", b"\\'", b"\\N", b"\\\n", b"\\ ", b"\\\xc3\xa4", b"\\u", b"\\u1", b"\\u12", b"\\u123",
        b"\\u123g", b"\\u 123", b"\\u+123", b"\\u-123", b"\\U0041", b"\\u{41}", b"\\u0041", b"\\u00410", b"\\u00e9", b"\\u20AC", b"\\u20aC",
        b"\\u0000", b"a\\u0000b", b"\\u001f", b"\\u007f", b"\\u2028", b"\\ufeff", b"\\ufffd", b"\\uffff", b"\\ufdd0"),
    "surrogates": string(
        b"\\ud83d\\ude00", b"\\uD83D\\uDE00", b"\\ud83d", b"\\ude00", b"\\ud83dx", b"\\ude00x", b"\\ud83d\\ud83d", b"\\ude00\\ud83d",
        b"\\ud83d\\ud83d\\ude00", b"\\ud83d\\ude00\\ude00", b"\\ud83d\\n", b"\\ud83d\\\\", b"\\ud83d\\\\ude00", b"\\\\ud83d", b"\\\\\\ud83d",
        b"\\ud83d\\u0041", b"\\ud83d\\ue000", b"\\ud83d\\ude0", b"\\ud83d\\u", b"\\ud83d\\", b"\\ud83d \\ude00", b"\\ud7ff", b"\\ud800\\udc00",
        b"\\udbff\\udfff", b"\\udfff", b"\\ue000") + [b'{"\\ude00":1}', b'{"\\ud83d":1,"\\ufffd":2}', b'\\ud83d'],
    "bytes": string(
        b"\x80", b"\xbf", b"\xc0", b"\xc0\xaf", b"\xc1\xbf", b"\xc2", b"\xc2 ", b"\xc3\xa4", b"\xc3\xa4\xa4", b"\xc3(", b"\xe0\x80\x80",
        b"\xe0\x9f\xbf", b"\xe0\xa0\x80", b"\xe2\x82", b"\xe2\x82\xac", b"\xe2(\xac", b"\xed\x9f\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf",
        b"\xed\xa0\xbd\xed\xb8\x80", b"\xee\x80\x80", b"\xef\xbb\xbf", b"\xef\xbf\xbd", b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xf0\x80\x80\x80",
        b"\xf0\x8f\xbf\xbf", b"\xf0\x90\x80\x80", b"\xf0\x9f\x98", b"\xf0\x9f\x98\x80", b"\xf4\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
        b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff", b"\xff\xfe", b"a\xffb\xfec") + [
        b"\xef\xbb\xbf[]", b"[]\xff", b"\xff[]", b"[\xff]", b'{"\xff":1}', b'{"\xff":1,"\xfe":2}', b"\xff\xfe[\x00]\x00", b"\xfe\xff\x00[\x00]",
        b"[\x001\x00]\x00", b'["\\\xff"]', b'["\\u\xff\xff\xff\xff"]'],
    "depth": [nested(b"[", 63, b"]"), nested(b"[", 64, b"]"), nested(b"[", 65, b"]"), nested(b"[", 1000, b"]"), nested(b'{"a":', 64, b"}")
              .replace(b":}", b":1}"), nested(b'{"a":', 65, b"}").replace(b":}", b":1}"), b"[" * 200, b"[" * 20000, b"]" * 200,
              nested(b"[{\"a\":", 33, b"}]").replace(b":}", b":1}"), b'{"a":' * 200],
    "pod_sound": [b'{"metadata":{"name":"p"}}'] + metadata(
        '"uid":"u"', '"namespace":"n"', '"namespace":""', '"namespace":null', '"labels":{"a":"b"}', '"labels":null', '"labels":{}',
        '"labels":{"a":null}', '"uid":null', '"generation":3', '"\\u0075id":"u"', '"unknown":{"a":[1,{"b":null}]}', '"Labels":{"a":"b"}',
        '"LABELS":{"a":"b"}', '"UID":"u"', '"name\\u0000":"x"', '"labels":{"a":"\\u0000"}'),
    "pod_types": metadata(
        '"uid":5', '"uid":true', '"uid":[]', '"uid":{}', '"uid":["u"]', '"labels":[]', '"labels":"a"', '"labels":5', '"labels":{"a":1}',
        '"labels":{"a":{}}', '"labels":{"a":["b"]}', '"labels":{"a":true}', '"generation":"3"', '"generation":3.0', '"generation":3e0',
        '"generation":-0', '"generation":9223372036854775807', '"generation":9223372036854775808', '"generation":true',
        '"creationTimestamp":null', '"creationTimestamp":""', '"creationTimestamp":5', '"creationTimestamp":"2026-01-02T03:04:05Z"',
        '"creationTimestamp":"2026-01-02T03:04:05.678901Z"', '"creationTimestamp":"2026-01-02T03:04:05+01:00"',
        '"creationTimestamp":"2026-01-02 03:04:05Z"', '"creationTimestamp":"2026-01-02T3:04:05Z"', '"creationTimestamp":"2026-01-02T03:04:05,5Z"',
        '"creationTimestamp":"2026-02-29T03:04:05Z"', '"creationTimestamp":"2024-02-29T03:04:05Z"', '"creationTimestamp":"2026-01-02T24:00:00Z"',
        '"creationTimestamp":"2026-01-02T03:04:60Z"', '"creationTimestamp":"2026-01-02T03:04:05z"', '"creationTimestamp":"2026-01-02t03:04:05Z"',
        '"creationTimestamp":"2026-01-02T03:04:05+24:00"', '"creationTimestamp":"2026-01-02T03:04:05+0100"',
        '"creationTimestamp":"0000-01-01T00:00:00+01:00"', '"creationTimestamp":"\\u0032026-01-02T03:04:05Z"') + [
        b"[]", b"5", b'"p"', b"null", b'{"metadata":[]}', b'{"metadata":"p"}', b'{"metadata":null}', b'{"metadata":{"name":5}}',
        b'{"metadata":{"name":"p"},"spec":[]}', b'{"metadata":{"name":"p"},"spec":null}', b'{"metadata":{"name":"p"},"status":5}'],
    "pod_spec": spec(
        '"nodeName":"n"', '"nodeName":null', '"nodeName":5', '"priority":0', '"priority":-5', '"priority":2147483647', '"priority":2147483648',
        '"priority":-2147483649', '"priority":1.0', '"priority":1e2', '"priority":"1"', '"priority":null', '"priority":true', '"Priority":7',
        '"containers":null', '"containers":{}', '"containers":[null]', '"containers":[5]', '"containers":[[]]', '"containers":[{"name":null}]',
        '"nodeSelector":{"a":null}', '"nodeSelector":["a"]', '"tolerations":[null]', '"tolerations":[{"tolerationSeconds":1.5}]',
        '"affinity":null', '"affinity":[]', '"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1.5}]}}',
        '"overhead":{"cpu":true}', '"schedulingGates":[{"name":5}]', '"hostname":5'),
    "pod_twice": metadata(
        '"name":"q"', '"uid":"1","uid":"2"', '"uid":"1","uid":null', '"labels":{"a":"1"},"labels":{"b":"2"}', '"labels":{"a":"1"},"labels":{"a":"2"}',
        '"labels":{"a":"1"},"labels":null', '"labels":{"a":"1","a":"2"}') + spec('"priority":1,"priority":2', '"priority":1,"priority":null') + [
        b'{"metadata":{"name":"p"},"metadata":{"uid":"u"}}', b'{"metadata":{"name":"p"},"metadata":null}',
        b'{"metadata":{"name":"p"},"spec":{"priority":1},"spec":{"nodeName":"n"}}', b'{"metadata":{"name":"p"},"Metadata":{"name":"q"}}'] + spec(
        '"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}],"containers":[{"name":"b"}]'),
    "pod_amounts": amounts(
        '"1"', "1", '"1.5"', "1.5", "0.1", '" 1 "', '""', '" "', '"1k"', '"1K"', '"1Ki"', '"1 k"', '"1m"', '"1u"', '"1n"', '"0.1n"', '"1E3"', '"1e3"',
        "1e3", "1E3", '"1e"', '"1E"', '"1Ei"', '"1e3k"', '"+1"', '"-1"', '"--1"', '"+-1"', '".5"', '"5."', '"."', '"0x1"', '"1_000"', '"1,5"',
        '"NaN"', '"inf"', '"9223372036854775807"', '"9223372036854775808"', '"1e400"', "1e400", '"1e-400"', '"01"', "null", "true", "[]", "{}",
        '"\\u0031"', '"1\\n"', '"\u0661"', "0", "-0", '"-0"', '"0.0005"', '"0.0004999"'),
}

for group, texts in GROUPS.items():
    for i, text in enumerate(texts):
        print(json.dumps({"name": f"{group}_{i:02}", "text": text.decode("latin-1")}))
