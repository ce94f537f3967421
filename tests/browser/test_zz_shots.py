import pytest
from tests import make
from tests.browser.test_passages import *  # noqa
from tests.browser.test_returning_reader import correct, come_back
def test_shots(app, visitor, phone, address):
    p=visitor.open(address); drag(p, make.PASSAGE); expect(offer(p)).to_be_visible(); p.screenshot(path="/tmp/shots/desk.png")
    p.keyboard.press("Tab"); p.emulate_media(color_scheme="dark"); p.screenshot(path="/tmp/shots/desk-dark.png")


    q=phone.open(address); q.evaluate(SELECT,[make.PASSAGE]*2); expect(offer(q)).to_be_visible(); q.screenshot(path="/tmp/shots/phone.png")
    q.evaluate("scrollTo(0,99999)"); q.evaluate(SELECT,["The end"]*2); q.wait_for_timeout(500); q.screenshot(path="/tmp/shots/phone2.png")
    p.emulate_media(color_scheme="light"); correct(app,address); come_back(visitor,address); p.wait_for_timeout(300); p.screenshot(path="/tmp/shots/banner-first.png"); p.set_viewport_size({"width":360,"height":800}); p.screenshot(path="/tmp/shots/banner-360.png")
