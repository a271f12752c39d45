"""Approvals: may this change happen now, and if not, who must agree?"""
